# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Legal forms of many countries that are too short to be looked for anywhere but at a name's end.

The forms are those of ISO 20275 (Entity Legal Forms) that companies of Europe and of English-speaking
countries write behind their names.
"""

from .text import words

# By code: spellings without dots and accents, as `fold` leaves them.
_SPELLINGS = {
    # United Kingdom, United States, Australia, India
    "llp": ("llp", "l l p", "limited liability partnership"),
    "lp": ("lp", "l p", "limited partnership"),
    "pllc": ("pllc", "p l l c"),
    "cic": ("cic", "community interest company"),
    "ltd": ("pty ltd", "pty", "proprietary limited", "pvt ltd", "private limited"),
    # France, Belgium, Luxembourg
    "eurl": ("eurl", "e u r l"),
    "sasu": ("sasu", "s a s u"),
    "sci": ("sci", "s c i", "societe civile immobiliere"),
    "snc": ("snc", "s n c", "societa in nome collettivo", "societe en nom collectif"),
    "scp": ("scp", "s c p"),
    "scop": ("scop",),
    "selarl": ("selarl",),
    "gie": ("gie",),
    "sarl": ("societe a responsabilite limitee",),
    "sa": ("societe anonyme", "spolka akcyjna", "sociedad anonima"),
    "bvba": ("bvba",),
    "sprl": ("sprl",),
    "cvba": ("cvba",),
    "vzw": ("vzw",),
    "asbl": ("asbl",),
    # Netherlands
    "bv": ("besloten vennootschap",),
    "vof": ("vof", "v o f", "vennootschap onder firma"),
    "cv": ("cv", "c v", "commanditaire vennootschap"),
    # Poland
    "spzoo": ("spolka z o o", "spolka z ograniczona odpowiedzialnoscia"),
    "spzoospk": ("sp z o o sp k", "sp z o o spk", "spzoo spk", "spolka z o o sp k"),
    "spj": ("sp j", "spj", "spolka jawna"),
    "spk": ("sp k", "spk", "spolka komandytowa"),
    "spp": ("sp p", "spolka partnerska"),
    "psa": ("p s a", "psa", "prosta spolka akcyjna"),
    "sc": ("s c", "spolka cywilna"),
    # Italy, Spain, Portugal
    "srls": ("srls", "s r l s"),
    "srl": ("societa a responsabilita limitata",),
    "spa": ("societa per azioni",),
    "scarl": ("scarl", "s c a r l", "scrl", "s c r l"),
    "sl": ("sl", "s l", "sociedad limitada"),
    "slu": ("slu", "s l u"),
    "sau": ("sau", "s a u"),
    "lda": ("lda", "limitada", "unipessoal lda"),
    # Denmark, Norway, Sweden, Finland
    "aps": ("aps", "anpartsselskab"),
    "as": ("aktieselskab",),
    "is": ("i s",),
    "ks": ("k s",),
    "asa": ("asa",),
    "ans": ("ans",),
    "ab": ("aktiebolag", "ab publ"),
    "hb": ("hb", "handelsbolag"),
    "kb": ("kb", "kommanditbolag"),
    "oyj": ("oyj",),
    "ky": ("ky", "kommandiittiyhtio"),
    # Austria
    "og": ("og", "o g", "offene gesellschaft"),
    "gmbhcoog": ("gmbh co og", "gesmbh co og"),
    "eu": ("e u",),
    # Czechia, Slovakia, Hungary, Slovenia, Croatia, Serbia, the Baltic countries
    "sro": ("s r o", "sro", "spol s r o", "spol sro"),
    "vos": ("v o s",),
    "kft": ("kft", "korlatolt felelossegu tarsasag"),
    "zrt": ("zrt",),
    "nyrt": ("nyrt",),
    "bt": ("bt",),
    "doo": ("d o o", "doo"),
    "dd": ("d d",),
    "uab": ("uab",),
    "sia": ("sia",),
    "ou": ("ou",),
}
_CODES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings}
_LAST = frozenset(spelling.split()[-1] for spelling in _CODES)
_LONGEST = max(len(spelling.split()) for spelling in _CODES)


def split(folded):
    """The legal form at the end of a folded name of a company, and the name without it.

    :return: tuple (code or "", rest)
    """
    found = words(folded.replace(".", " "))
    if found and found[-1] in _LAST:
        for size in range(min(_LONGEST, len(found) - 1), 0, -1):
            code = _CODES.get(" ".join(found[-size:]))
            if code:
                return code, " ".join(found[:-size])
    return "", folded
