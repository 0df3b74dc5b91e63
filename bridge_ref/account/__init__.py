"""The company's account: members, groups, invitations, mail and the event journal. No SCIM in here."""
