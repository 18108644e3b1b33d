# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the country says, and what says the country."""

from .. import vat

# Countries with one official language that nearly everybody writes; countries with several
# (Switzerland, Belgium, Luxembourg, Canada, Finland …) are left out on purpose.
_LANGUAGE = {
    **dict.fromkeys(("DE", "AT", "LI"), "de"),
    **dict.fromkeys(("GB", "US", "IE", "AU", "NZ"), "en"),
    **dict.fromkeys(("FR", "MC"), "fr"),
    **dict.fromkeys(("IT", "SM"), "it"),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE"), "es"),
    **dict.fromkeys(("PT", "BR"), "pt"),
    "NL": "nl", "PL": "pl", "CZ": "cs", "SK": "sk", "HU": "hu", "DK": "da", "SE": "sv",
    "GR": "el", "RO": "ro", "BG": "bg", "HR": "hr", "SI": "sl", "TR": "tr", "JP": "ja",
}  # fmt: skip


def language(country, installed):
    """Code of the installed language for a country.

    :param country: two-letter code
    :param installed: codes of languages ("de_DE")
    :return: None where the country has several languages, or not exactly one of them is installed
    """
    spoken = _LANGUAGE.get(country)
    if not spoken:
        return None
    matching = [code for code in installed if code.split("_")[0].split("@")[0] == spoken]
    exact = [code for code in matching if code.split("@")[0].endswith("_" + country)]
    chosen = exact or matching
    return chosen[0] if len(chosen) == 1 else None


def of_vat(number):
    """Two-letter code of the country whose VAT number this is; None where that is not sure.

    The checksum must be right. Northern Ireland's numbers (XI) name no country of their own, and
    Monaco shares the French ones whose company number begins with 000.
    """
    text = vat.compact(number)
    country = vat.prefix_country(text)
    if not country or text.startswith("XI") or not vat.is_available():
        return None
    if country == "FR" and text[4:7] == "000":
        return None
    return country if vat.is_valid(text, country) else None
