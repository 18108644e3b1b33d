# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens in the story: teams, their strengths, the seasons and the turning points."""

from dataclasses import dataclass

COMPANY = "Müller & Söhne Anlagentechnik GmbH"
DOMAIN = "mueller-soehne.example"

LEADS_PER_MONTH = 104
# Customers plan in spring and autumn; August and December are quiet.
SEASON = {
    1: 0.95, 2: 1.05, 3: 1.3, 4: 1.25, 5: 1.1, 6: 1.0,
    7: 0.85, 8: 0.6, 9: 1.2, 10: 1.3, 11: 1.1, 12: 0.6,
}  # fmt: skip
MEASURE_AGE = 7
"""Months ago final inspection was changed: complaints and credit notes fall since."""


def ramp(age, months, before, after):
    """A change that went on over the last ``months`` months; ``age`` in months."""
    if age >= months:
        return before
    return after + (before - after) * max(age, 0) / months


@dataclass(frozen=True)
class Team:
    """A sales team and how good it is; ages are months before today."""

    code: str
    name: str
    department: str
    share: float
    """Share of the leads."""

    def win_rate(self, age):
        """Chance that an offer sent ``age`` months ago is won."""
        match self.code:
            case "sued":
                return ramp(age, 9, 0.38, 0.68)
            case "export":
                return ramp(age, 5, 0.48, 0.28)
        return 0.5

    def pace(self, age):
        """How long the team needs for its own steps; 1 is normal."""
        match self.code:
            case "sued":
                return ramp(age, 9, 1.3, 0.55)
            case "export":
                return ramp(age, 5, 1.05, 1.45)
        return 1.0

    @property
    def size(self):
        """How large the deals are; 1 is normal."""
        return {"nord": 1.0, "sued": 1.0, "export": 1.35}[self.code]


TEAMS = (
    Team("nord", "Nord", "Vertrieb Nord", 0.36),
    Team("sued", "Süd", "Vertrieb Süd", 0.38),
    Team("export", "Export", "Export", 0.26),
)
TEAM = {team.code: team for team in TEAMS}


@dataclass(frozen=True)
class Person:
    """Somebody of the company. Ages are months before today."""

    login: str
    name: str
    department: str
    job: str
    role: str = ""
    """leader, seller, manager, service or staff; empty: an employee without a user."""
    team: str = ""
    weight: float = 1.0
    """Share of the team's work."""
    joined: int = 60
    left: int | None = None
    moved: tuple[int, str, str] | None = None
    """Months ago, and the department and team before that."""
    hours: float = 40.0

    def team_at(self, age):
        if self.moved and age > self.moved[0]:
            return self.moved[2]
        return self.team

    def is_there(self, age):
        return age <= self.joined and (self.left is None or age > self.left)


PEOPLE = (
    Person("lena.leitung", "Lena Hoffmann", "Geschäftsleitung", "Vertriebsleiterin", "manager"),
    Person("anna.nord", "Anna Petersen", "Vertrieb Nord", "Teamleiterin Nord", "leader", "nord"),
    Person("bernd.nord", "Bernd Claasen", "Vertrieb Nord", "Außendienst", "seller", "nord", 1.1),
    Person("clara.nord", "Clara Wiese", "Vertrieb Nord", "Innendienst", "seller", "nord", left=5),
    Person("nils.nord", "Nils Jansen", "Vertrieb Nord", "Innendienst", "seller", "nord", joined=6),
    Person("sabine.sued", "Sabine Huber", "Vertrieb Süd", "Teamleiterin Süd", "leader", "sued"),
    Person("stefan.sued", "Stefan Maier", "Vertrieb Süd", "Außendienst", "seller", "sued", 1.2),
    Person(
        "tanja.sued", "Tanja Brandl", "Vertrieb Süd", "Innendienst", "seller", "sued", 0.6, hours=20
    ),
    Person("elena.export", "Elena Rossi", "Export", "Teamleiterin Export", "leader", "export"),
    Person("erik.export", "Erik Lindner", "Export", "Außendienst", "seller", "export"),
    Person(
        "felix.export", "Felix Kramer", "Export", "Außendienst", "seller", "export", 0.9,
        moved=(11, "Vertrieb Nord", "nord"),
    ),
    Person("sven.service", "Sven Albrecht", "Service", "Leiter Service", "service"),
    Person("ines.einkauf", "Ines Vogt", "Einkauf", "Leiterin Einkauf", "staff"),
    Person("", "Markus Müller", "Geschäftsleitung", "Geschäftsführer"),
    Person("", "Petra Sommer", "Geschäftsleitung", "Controlling", hours=30),
    Person("", "Jonas Beck", "Service", "Servicetechniker"),
    Person("", "Lukas Arnold", "Service", "Servicetechniker", joined=14),
    Person("", "Katrin Seidel", "Service", "Disposition", hours=20),
    Person("", "Holger Franke", "Einkauf", "Einkäufer"),
    Person("", "Dieter Lang", "Fertigung", "Meister"),
    Person("", "Olaf Schreiber", "Fertigung", "Monteur"),
    Person("", "Emre Yilmaz", "Fertigung", "Monteur"),
    Person("", "Karin Busch", "Fertigung", "Elektrikerin"),
    Person("", "Tim Reuter", "Fertigung", "Monteur", joined=9),
    Person("", "Ralf Winter", "Fertigung", "Lagerist", left=13),
)  # fmt: skip
SELLERS = tuple(person for person in PEOPLE if person.team)
KEY_FIGURE_OWNERS = {
    "offers": "lena.leitung",
    "campaigns": "ines.einkauf",
    "cancellations": "sven.service",
    "complaints": "sven.service",
    "revenue": "lena.leitung",
    "new_deals": "sabine.sued",
    "durations": "anna.nord",
    "savings": "ines.einkauf",
    "support": "elena.export",
}
