"""The users of the smaller customers."""

import uuid

from customers.roles import GLOBAL_ADMINISTRATOR, HELPDESK_ADMINISTRATOR, USER_ADMINISTRATOR
from partnercenter.demo import ids
from partnercenter.demo.people import Person, person
from partnercenter.demo.products import (
    BUSINESS_BASIC,
    BUSINESS_PREMIUM,
    BUSINESS_STANDARD,
    EXCHANGE_ONLINE_1,
    POWER_BI_PRO,
    VISIO_PLAN_2,
)

PEOPLE: dict[uuid.UUID, tuple[Person, ...]] = {
    ids.NORTHWIND: (
        person("global.admin", "Global Admin", "US", BUSINESS_PREMIUM, roles=(GLOBAL_ADMINISTRATOR,)),
        person("olivia.grant", "Olivia Grant", "US", BUSINESS_PREMIUM, roles=(USER_ADMINISTRATOR,)),
        person("peter.lindgren", "Peter Lindgren", "US", BUSINESS_PREMIUM, VISIO_PLAN_2),
        person("renata.silva", "Renata Silva", "BR", BUSINESS_PREMIUM, VISIO_PLAN_2),
        person("scott.macleod", "Scott MacLeod", "CA", BUSINESS_PREMIUM),
        person("tamara.ivanova", "Tamara Ivanova", "BG", BUSINESS_PREMIUM),
        person("umar.farouk", "Umar Farouk", "EG", EXCHANGE_ONLINE_1),
        person("valerie.roy", "Valérie Roy", "CA", EXCHANGE_ONLINE_1),
        person("warehouse", "Warehouse", "US", EXCHANGE_ONLINE_1, display="Warehouse scanner"),
        person("xavier.costa", "Xavier Costa", "PT"),
        person("yasmin.khan", "Yasmin Khan", "GB"),
        person("zoe.papadaki", "Zoe Papadaki", "GR", blocked=True),
    ),
    ids.TAILSPIN: (
        person("global.admin", "Global Admin", "GB", BUSINESS_STANDARD, roles=(GLOBAL_ADMINISTRATOR,)),
        person("amelia.hughes", "Amelia Hughes", "GB", BUSINESS_STANDARD),
        person("benedict.shaw", "Benedict Shaw", "GB", BUSINESS_STANDARD),
        person("carys.evans", "Carys Evans", "GB", BUSINESS_STANDARD),
        person("dougal.reid", "Dougal Reid", "GB", BUSINESS_STANDARD),
        person("eilidh.fraser", "Eilidh Fraser", "GB", POWER_BI_PRO),
        person("freddie.moss", "Freddie Moss", "GB"),
        person("gwen.price", "Gwen Price", "GB"),
        person("harriet.lowe", "Harriet Lowe", "GB"),
    ),
    ids.WINGTIP: (
        person("global.admin", "Global Admin", "DE", BUSINESS_BASIC, roles=(GLOBAL_ADMINISTRATOR,)),
        person("anja.vogel", "Anja Vogel", "DE", BUSINESS_BASIC),
        person("bernd.kruger", "Bernd Krüger", "DE", BUSINESS_BASIC),
        person("carla.neumann", "Carla Neumann", "DE", BUSINESS_BASIC),
        person("dirk.schafer", "Dirk Schäfer", "DE", BUSINESS_BASIC, POWER_BI_PRO),
        person("elke.lorenz", "Elke Lorenz", "AT", BUSINESS_BASIC),
        person("fritz.gross", "Fritz Groß", "DE"),
        person("gisela.busch", "Gisela Busch", "CH"),
    ),
    ids.PROSEWARE: (
        person("global.admin", "Global Admin", "US", BUSINESS_PREMIUM, roles=(GLOBAL_ADMINISTRATOR,)),
        person("alan.brooks", "Alan Brooks", "US", BUSINESS_PREMIUM, roles=(HELPDESK_ADMINISTRATOR,)),
        person("beth.carver", "Beth Carver", "US", BUSINESS_PREMIUM),
        person("colin.drew", "Colin Drew", "US", BUSINESS_PREMIUM),
        person("dolores.ruiz", "Dolores Ruiz", "MX", BUSINESS_PREMIUM),
        person("edward.finch", "Edward Finch", "US", BUSINESS_PREMIUM, POWER_BI_PRO),
        person("fiona.gale", "Fiona Gale", "IE", BUSINESS_PREMIUM),
        person("george.hale", "George Hale", "US"),
        person("hugo.ibarra", "Hugo Ibarra", "ES"),
        person("iris.jung", "Iris Jung", "DE"),
    ),
}
