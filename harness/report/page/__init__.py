"""What the page shows beside the report's own values: order, differences, lanes, and ways to send a request again."""
