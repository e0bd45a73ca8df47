"""The operations of Microsoft Graph that partner software uses, and whether what answers has anything behind it."""

R = "/v1.0/tenantRelationships/delegatedAdminRelationships"
ONE = f"{R}/{{relationship}}"
U = "/v1.0/users/{user}"
GROUP = "/v1.0/groups/{group}"
ROLE = "/v1.0/directoryRoles/{role}"
DEFINITIONS = "/v1.0/roleManagement/directory/roleDefinitions"
DELETED = "/v1.0/directory/deletedItems"
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
    ("Whose token it is", "GET", "/v1.0/me", "real"),
    ("List and filter groups", "GET", "/v1.0/groups", "real"),
    ("Count groups", "GET", "/v1.0/groups/$count", "real"),
    ("Create a security group", "POST", "/v1.0/groups", "real"),
    ("Delete a security group that nothing uses", "DELETE", GROUP, "real"),
    ("Get a group", "GET", GROUP, "real"),
    ("Members of a group", "GET", f"{GROUP}/members", "real"),
    ("Members, nested ones included", "GET", f"{GROUP}/transitiveMembers", "real"),
    ("Add a member to a group", "POST", f"{GROUP}/members/$ref", "real"),
    ("Remove a member from a group", "DELETE", f"{GROUP}/members/{{user}}/$ref", "real"),
    ("List, filter and search users", "GET", "/v1.0/users", "real"),
    ("Count users", "GET", "/v1.0/users/$count", "real"),
    ("Create a user", "POST", "/v1.0/users", "real"),
    ("Get a user", "GET", U, "real"),
    ("Change a user, block, reset the password", "PATCH", U, "real"),
    ("Delete a user", "DELETE", U, "real"),
    ("Manager of a user", "GET", f"{U}/manager", "real"),
    ("Name a manager", "PUT", f"{U}/manager/$ref", "real"),
    ("Take the manager away", "DELETE", f"{U}/manager/$ref", "real"),
    ("Directory roles of a user", "GET", f"{U}/memberOf", "real"),
    ("End the sign-in sessions of a user", "POST", f"{U}/revokeSignInSessions", "absent"),
    ("Licenses of a user", "GET", f"{U}/licenseDetails", "real"),
    ("Assign and remove licenses", "POST", f"{U}/assignLicense", "real"),
    ("Reprocess licenses of groups", "POST", f"{U}/reprocessLicenseAssignment", "absent"),
    ("Products of the customer", "GET", "/v1.0/subscribedSkus", "real"),
    ("Get a product", "GET", "/v1.0/subscribedSkus/{sku}", "real"),
    ("Directory roles", "GET", "/v1.0/directoryRoles", "real"),
    ("Activate a directory role", "POST", "/v1.0/directoryRoles", "emulated"),
    ("Get a directory role", "GET", ROLE, "real"),
    ("Members of a role", "GET", f"{ROLE}/members", "real"),
    ("Add a member", "POST", f"{ROLE}/members/$ref", "real"),
    ("Remove a member", "DELETE", f"{ROLE}/members/{{user}}/$ref", "real"),
    ("Templates of roles", "GET", "/v1.0/directoryRoleTemplates", "real"),
    ("Definitions of roles", "GET", DEFINITIONS, "real"),
    ("Get the definition of a role", "GET", f"{DEFINITIONS}/{{role}}", "real"),
    ("Assignments of roles", "GET", "/v1.0/roleManagement/directory/roleAssignments", "absent"),
    ("Deleted users", "GET", f"{DELETED}/microsoft.graph.user", "real"),
    ("Get a deleted user", "GET", f"{DELETED}/{{user}}", "real"),
    ("Restore a deleted user", "POST", f"{DELETED}/{{user}}/restore", "real"),
    ("Delete for good", "DELETE", f"{DELETED}/{{user}}", "absent"),
    ("Organization", "GET", "/v1.0/organization", "real"),
    ("Domains", "GET", "/v1.0/domains", "real"),
    ("Get a domain", "GET", "/v1.0/domains/{domain}", "real"),
    ("Add a domain", "POST", "/v1.0/domains", "absent"),
    ("Several requests in one", "POST", "/v1.0/$batch", "real"),
    ("Constraints of a service provider", "GET", "/v1.0/tenantRelationships/serviceProviderConstraints", "absent"),
]
