# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Invented names. Any likeness to real companies or persons is by chance."""

SURNAMES = (
    "Ahrens", "Albers", "Bachmann", "Baumgart", "Behrens", "Bergmann", "Böttcher", "Brandt",
    "Conrad", "Dietrich", "Ebert", "Engelhardt", "Falk", "Fiedler", "Forster", "Gerlach", "Göbel",
    "Graf", "Haas", "Hagedorn", "Hartwig", "Heinze", "Herzog", "Hübner", "Jahn", "Jost",
    "Kaufmann", "Kersten", "Kessler", "Kirchner", "Köster", "Krüger", "Lorenz", "Ludwig",
    "Marquardt", "Menzel", "Mertens", "Moser", "Neubauer", "Nowak", "Ostermann", "Paulsen",
    "Pfeiffer", "Pohl", "Rademacher", "Reimann", "Riedel", "Rösler", "Sachs", "Sauer", "Scholz",
    "Schuster", "Seifert", "Stahl", "Steinbach", "Thiele", "Ullrich", "Voigt", "Wagner", "Wendt",
    "Wieland", "Winkler", "Zeller", "Zimmer",
)  # fmt: skip
FIRST_NAMES = (
    "Achim", "Andrea", "Barbara", "Beate", "Carsten", "Christoph", "Daniela", "Dirk", "Doris",
    "Eva", "Frank", "Gabi", "Georg", "Hannes", "Heike", "Ingo", "Jana", "Jens", "Julia", "Jürgen",
    "Katja", "Klaus", "Lars", "Manuela", "Maria", "Martin", "Meike", "Moritz", "Nadine", "Oliver",
    "Patrick", "Philipp", "Regina", "Rolf", "Sandra", "Silke", "Simon", "Sonja", "Thomas",
    "Ulrike", "Uwe", "Werner", "Yvonne",
)  # fmt: skip
TRADES = (
    "Maschinenbau", "Fördertechnik", "Logistik", "Metallbau", "Kunststofftechnik", "Lebensmittel",
    "Verpackung", "Getränke", "Stahlhandel", "Möbelwerke", "Papier", "Druck", "Pharma",
    "Baustoffe", "Elektrotechnik", "Werkzeugbau", "Agrartechnik", "Recycling", "Textil", "Holzbau",
)  # fmt: skip
FORMS = {
    "de": ("GmbH", "GmbH", "GmbH & Co. KG", "AG", "e. K.", "KG"),
    "at": ("GmbH", "GmbH", "GmbH & Co KG", "AG"),
    "ch": ("AG", "AG", "GmbH"),
}
STREETS = (
    "Industriestraße", "Am Gewerbepark", "Hafenstraße", "Bahnhofstraße", "Werkstraße",
    "Daimlerstraße", "Siemensstraße", "Dieselstraße", "Mühlenweg", "Lindenallee", "Ringstraße",
)  # fmt: skip
PLACES = {
    "nord": (
        ("de", "20457", "Hamburg"), ("de", "28195", "Bremen"), ("de", "24103", "Kiel"),
        ("de", "30159", "Hannover"), ("de", "23552", "Lübeck"), ("de", "18055", "Rostock"),
        ("de", "26122", "Oldenburg"), ("de", "38100", "Braunschweig"), ("de", "49074", "Osnabrück"),
        ("de", "33602", "Bielefeld"), ("de", "44135", "Dortmund"), ("de", "10115", "Berlin"),
    ),
    "sued": (
        ("de", "80331", "München"), ("de", "70173", "Stuttgart"), ("de", "90402", "Nürnberg"),
        ("de", "86150", "Augsburg"), ("de", "89073", "Ulm"), ("de", "93047", "Regensburg"),
        ("de", "79098", "Freiburg im Breisgau"), ("de", "76133", "Karlsruhe"),
        ("de", "68159", "Mannheim"), ("de", "97070", "Würzburg"), ("de", "85049", "Ingolstadt"),
        ("de", "60311", "Frankfurt am Main"),
    ),
    "export": (
        ("at", "1010", "Wien"), ("at", "4020", "Linz"), ("at", "8010", "Graz"),
        ("at", "5020", "Salzburg"), ("at", "6020", "Innsbruck"), ("ch", "8001", "Zürich"),
        ("ch", "3011", "Bern"), ("ch", "4051", "Basel"), ("ch", "9000", "St. Gallen"),
    ),
}  # fmt: skip
PRODUCTS = (
    # name, list price, cost
    ("Förderband FB-400", 6800, 4300),
    ("Rollenbahn RB-200", 3900, 2400),
    ("Steuerschrank S7", 5200, 3100),
    ("Hubtisch HT-1500", 4600, 2900),
    ("Palettierzelle PZ-2", 48000, 33000),
    ("Sortieranlage SA-8", 36500, 25500),
    ("Montage vor Ort (Woche)", 5900, 4100),
    ("Wartungsvertrag (Jahr)", 3400, 1700),
    ("Retrofit-Paket", 12800, 8200),
    ("Sensorik-Set", 1450, 820),
)
PROJECTS = (
    "Förderanlage Halle {n}", "Erweiterung Linie {n}", "Palettierung Versand", "Umbau Lager {n}",
    "Retrofit Altanlage", "Wartung Linie {n}", "Sortierung Wareneingang", "Steuerung Linie {n}",
    "Neubau Werk {n}", "Hubtische Montageplatz {n}",
)  # fmt: skip
QUESTIONS = (
    "Guten Tag, wann können wir mit dem Angebot rechnen?",
    "Können Sie uns zur Lieferzeit noch etwas sagen?",
    "Wir haben eine Rückfrage zur technischen Ausführung.",
    "Bitte rufen Sie uns kurz zurück.",
)
ANSWERS = (
    "vielen Dank für Ihre Anfrage. Ich melde mich mit einem Terminvorschlag.",
    "gern sende ich Ihnen unsere Unterlagen und rufe Sie an.",
    "danke für die Angaben. Unsere Technik prüft die Ausführung.",
)
