# ruff: noqa: RUF001  people write their names in their own letters
"""Names for many people: always the same, believable together, and not only in Latin letters."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Letters that Unicode does not take apart into a base letter and an accent.
_SPELLED_OUT = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae"}
)


@dataclass(frozen=True, slots=True)
class Region:
    """Where people live, and how they are called there.

    A name that can't be turned into A to Z by dropping accents brings its spelling: "Олена/olena".
    """

    locations: tuple[str, ...]
    first: tuple[str, ...]
    last: tuple[str, ...]
    family_name_first: bool = False


def _region(locations: str, first: str, last: str, *, family_name_first: bool = False) -> Region:
    return Region(tuple(locations.split()), tuple(first.split()), tuple(last.split()), family_name_first)


REGIONS = (
    _region(
        "US US US US CA",
        "Aaron Abigail Brandon Caleb Charlotte Denise Dylan Emma Ethan Gabriel Grace Hannah Heather Isaac "
        "James Jasmine Kayla Kevin Logan Lydia Madison Marcus Nathan Noah Olivia Paige Quinn Rebecca Ryan "
        "Samantha Tyler Victoria",
        "Adams Baker Bennett Brewer Carter Coleman Davis Ellison Foster Gibson Graham Harris Holloway Jackson Keller "
        "Lawson Marshall Miller Nelson Norwood Parker Perkins Quigley Reed Rollins Sawyer Stone Tanner Underwood Vance "
        "Walker Whitaker Yates",
    ),
    _region(
        "GB GB IE AU",
        "Alistair Bethan Callum Eilidh Fergus Imogen Lewis Niamh Oliver Poppy Rhys Saoirse Tamsin",
        "Ashworth Byrne Clarke Doyle Fletcher Hughes MacLeod Murphy O'Brien Pritchard Thornton Whitfield",
    ),
    _region(
        "DE AT CH",
        "Anneliese Björn Carsten Dörte Friedrich Günther Jörg Käthe Lena Maximilian Sören Ute Wolfgang",
        "Bäcker Fischer Groß Hoffmann Jäger König Müller Schäfer Schröder Vogel Weiß Zimmermann",
    ),
    _region(
        "FR BE CA",
        "Aurélie Benoît Clémence Élise François Gaëlle Hélène Jérôme Léa Mathéo Noémie Rémi Zoé",
        "Beaumont Chevalier Delacroix Fournier Girard Lefèvre Mercier Noël Perrault Rousseau Thévenet",
    ),
    _region(
        "ES MX AR",
        "Álvaro Begoña Carmen Íñigo José Lucía Martín Núria Óscar Raúl Sofía Ximena",
        "Álvarez Castañeda Domínguez Gómez Ibáñez Jiménez López Muñoz Núñez Peña Vázquez",
    ),
    _region(
        "CZ SK",
        "Anežka Božena Dušan Eliška Jiří Kateřina Lukáš Matěj Ondřej Renáta Šárka Štěpán Zdeněk",
        "Bureš Čermák Doležal Fiala Hájek Jelínek Kučera Němec Pokorný Růžička Šťastný Veselý",
    ),
    _region(
        "PL",
        "Agnieszka Bartłomiej Grażyna Józef Łukasz Małgorzata Paweł Stanisław Wiesława Zbigniew",
        "Dąbrowski Głowacki Jabłoński Kowalczyk Lewandowski Nowak Szczepański Wójcik Woźniak Zając",
    ),
    _region(
        "SE DK NO FI",
        "Åke Bjørn Elin Frøya Göran Håkon Jørgen Kåre Linnéa Märta Signe Søren Tuulikki",
        "Andersson Bergström Dahl Ekström Hämäläinen Højgaard Jørgensen Lindqvist Nyström Østergaard Sørensen",
    ),
    _region(
        "TR",
        "Ayşe Bülent Çağla Doğan Gül İsmail Murat Özlem Şebnem Ümit Yıldız",
        "Aydın Çelik Demir Erdoğan Güneş Kılıç Özdemir Şahin Yılmaz",
    ),
    _region(
        "UA",
        "Олена/olena Андрій/andrii Ірина/iryna Богдан/bohdan Оксана/oksana Тарас/taras Юлія/yuliia Микола/mykola",
        "Шевченко/shevchenko Коваленко/kovalenko Бондар/bondar Лисенко/lysenko Ткачук/tkachuk Мороз/moroz",
    ),
    _region(
        "GR CY",
        "Γιώργος/giorgos Ελένη/eleni Νίκος/nikos Δήμητρα/dimitra Σοφία/sofia Κώστας/kostas Χρυσή/chrysi",
        "Παπαδόπουλος/papadopoulos Νικολάου/nikolaou Ιωάννου/ioannou Δημητρίου/dimitriou Αντωνίου/antoniou",
    ),
    _region(
        "JP",
        "陽子/yoko 健太/kenta 美咲/misaki 大輔/daisuke さくら/sakura 翔/sho 直美/naomi 誠/makoto",
        "佐藤/sato 鈴木/suzuki 高橋/takahashi 田中/tanaka 渡辺/watanabe 伊藤/ito 山本/yamamoto",
        family_name_first=True,
    ),
    _region(
        "IN",
        "Aarav Deepika Harish Ishaan Kavya Lakshmi Meera Nikhil Priya Rohan Sanjay Vidya",
        "Agarwal Banerjee Chopra Deshmukh Gupta Iyer Joshi Kulkarni Menon Patel Reddy Sharma",
    ),
    _region(
        "EG AE MA",
        "أحمد/ahmed فاطمة/fatima يوسف/youssef ليلى/layla عمر/omar مريم/maryam",
        "حسن/hassan إبراهيم/ibrahim منصور/mansour الشريف/elsherif خليل/khalil",
    ),
)
# Which region each in a row of 26 comes from: half of the firm is at home.
_TURNS = (0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 1, 6, 0, 7, 2, 8, 0, 9, 1, 10, 0, 11, 3, 12, 0, 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """`local` is the part before the @, once per series of names."""

    first: str
    last: str
    display: str
    local: str
    location: str


def names(count: int) -> Iterator[Name]:
    """The first `count` names of a series that never changes; people may share a name, never `local`."""
    taken: dict[str, int] = {}
    met = [0] * len(REGIONS)
    for index in range(count):
        turn = _TURNS[index % len(_TURNS)]
        region, one = REGIONS[turn], met[turn]
        met[turn] += 1
        row, column = divmod(one, len(region.first))
        first, first_spelled = _spelling(region.first[column])
        last, last_spelled = _spelling(region.last[(row + column) % len(region.last)])
        local = f"{first_spelled}.{last_spelled}"
        taken[local] = taken.get(local, 0) + 1
        yield Name(
            first=first,
            last=last,
            display=f"{last} {first}" if region.family_name_first else f"{first} {last}",
            local=local if taken[local] == 1 else f"{local}{taken[local]}",
            location=region.locations[(row + one) % len(region.locations)],
        )


def _spelling(name: str) -> tuple[str, str]:
    """The name as written, and in letters that an email may have."""
    written, _, spelled = name.partition("/")
    plain = unicodedata.normalize("NFKD", written.translate(_SPELLED_OUT))
    return written, spelled or "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
