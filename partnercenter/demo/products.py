"""SKU ids of the products that customers of the demo world own."""

import uuid

OFFICE_365_E1 = uuid.UUID("18181a46-0d4e-45cd-891e-60aabd171b4e")
OFFICE_365_E3 = uuid.UUID("6fd2c87f-b296-42f0-b197-1e91e994b900")
POWER_BI_PRO = uuid.UUID("f8a1db68-be16-40ed-86d5-cb42ce701560")
MOBILITY_SECURITY_E3 = uuid.UUID("efccb6f7-5641-4e0e-bd10-b4976e1bf68e")
AUDIO_CONFERENCING = uuid.UUID("0c266dff-15dd-4b49-8397-2bb16070ed52")
MINECRAFT_FACULTY = uuid.UUID("984df360-9a74-4647-8cf8-696749f6247a")  # the other license group
EXTRA_FILE_STORAGE = uuid.UUID("99049c9c-6011-4908-bf17-15f496e6519d")  # not assignable
DEFENDER_FACULTY = uuid.UUID("26ad4b5c-b686-462e-84b9-d7c22b46837f")  # not assignable
BUSINESS_PREMIUM = uuid.UUID("cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46")
BUSINESS_STANDARD = uuid.UUID("f245ecc8-75af-4f8e-b61f-27d8114de5f3")
BUSINESS_BASIC = uuid.UUID("3b555118-da6a-4418-894f-7df1e2096870")
EXCHANGE_ONLINE_1 = uuid.UUID("4b9405b0-7788-4568-add1-99614e613b69")
MICROSOFT_365_E3 = uuid.UUID("05e9a617-0261-4cee-bb44-138d3ef5d965")
MICROSOFT_365_F3 = uuid.UUID("66b55226-6b4f-492c-910c-a3b7a3c9d993")
VISIO_PLAN_2 = uuid.UUID("c5928f49-12ba-48f7-ada3-0d743a3601d5")
PROJECT_PLAN_3 = uuid.UUID("53818b1b-4a27-454b-8896-0dba576410e6")
TEAMS_PHONE = uuid.UUID("e43b5b99-8dfb-405f-9987-dc307f34bcbd")

# Service plans that somebody has switched off
SWAY = uuid.UUID("a23b959c-7ce8-4e57-9140-b90eb88a9e97")
YAMMER_ENTERPRISE = uuid.UUID("7547a3fe-08ee-4ccb-b430-5077c5041653")
