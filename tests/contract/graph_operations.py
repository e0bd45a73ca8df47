"""The operations of Microsoft Graph that partner software uses, and whether what answers has anything behind it."""

R = "/v1.0/tenantRelationships/delegatedAdminRelationships"
ONE = f"{R}/{{relationship}}"
CUSTOMERS = "/v1.0/tenantRelationships/delegatedAdminCustomers"

HEAD = """
## Microsoft Graph

From the same test. Everything stands below `/beta` too. The tenant is the one that the token is for: GDAP and groups in
the partner's own, the rest in a customer's.

| operation | method and path | here |
|---|---|---|
"""

OPERATIONS = [
    ("List and filter relationships", "GET", R, "real"),
    ("Create a relationship", "POST", R, "real"),
    ("Get a relationship", "GET", ONE, "real"),
    ("Change a relationship", "PATCH", ONE, "real"),
    ("Delete a draft", "DELETE", ONE, "real"),
    ("Requests", "GET", f"{ONE}/requests", "real"),
    ("Lock for approval, terminate", "POST", f"{ONE}/requests", "real"),
    ("Get a request", "GET", f"{ONE}/requests/{{request}}", "real"),
    ("Access assignments", "GET", f"{ONE}/accessAssignments", "real"),
    ("Assign a group", "POST", f"{ONE}/accessAssignments", "real"),
    ("Get an access assignment", "GET", f"{ONE}/accessAssignments/{{assignment}}", "real"),
    ("Change the roles of a group", "PATCH", f"{ONE}/accessAssignments/{{assignment}}", "real"),
    ("Take the roles of a group away", "DELETE", f"{ONE}/accessAssignments/{{assignment}}", "real"),
    ("Operations", "GET", f"{ONE}/operations", "real"),
    ("Get an operation", "GET", f"{ONE}/operations/{{operation}}", "real"),
    ("Customers with GDAP in force", "GET", CUSTOMERS, "real"),
    ("Get such a customer", "GET", f"{CUSTOMERS}/{{tenant}}", "real"),
    ("Where its services are administered", "GET", f"{CUSTOMERS}/{{tenant}}/serviceManagementDetails", "emulated"),
    ("Constraints of a service provider", "GET", "/v1.0/tenantRelationships/serviceProviderConstraints", "absent"),
]
