"""The company's account: members, groups, invitations, mail and the event journal. It knows no SCIM."""
