"""What DCAT-AP 3.0.0 makes mandatory, and the classes it asks for, as its SHACL shapes say.

Source: https://semiceu.github.io/DCAT-AP/releases/3.0.0/shacl/dcat-ap-SHACL.ttl (every property with a minimum count).
"""

from typing import Final

DCAT: Final = "http://www.w3.org/ns/dcat#"
DCT: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SPDX: Final = "http://spdx.org/rdf/terms#"

MANDATORY: Final = {
    f"{DCAT}Catalog": (f"{DCT}description", f"{DCT}publisher", f"{DCT}title"),
    f"{DCAT}Dataset": (f"{DCT}description", f"{DCT}title"),
    f"{DCAT}Distribution": (f"{DCAT}accessURL",),
    f"{SPDX}Checksum": (f"{SPDX}algorithm", f"{SPDX}checksumValue"),
    f"{FOAF}Agent": (f"{FOAF}name",),
    f"{SKOS}Concept": (f"{SKOS}prefLabel",),
    f"{SKOS}ConceptScheme": (f"{DCT}title",),
}
"""Class -> properties without which an individual of it is none; of the classes we use."""
CLASSES: Final = {
    f"{DCT}publisher": f"{FOAF}Agent",
    f"{DCAT}dataset": f"{DCAT}Dataset",
    f"{DCAT}distribution": f"{DCAT}Distribution",
    f"{DCAT}theme": f"{SKOS}Concept",
    f"{DCAT}themeTaxonomy": f"{SKOS}ConceptScheme",
    f"{DCAT}mediaType": f"{DCT}MediaType",
    f"{DCT}license": f"{DCT}LicenseDocument",
    f"{DCT}language": f"{DCT}LinguisticSystem",
    f"{DCT}accrualPeriodicity": f"{DCT}Frequency",
    f"{DCT}temporal": f"{DCT}PeriodOfTime",
    f"{FOAF}homepage": f"{FOAF}Document",
    f"{SPDX}checksum": f"{SPDX}Checksum",
    f"{SPDX}algorithm": f"{SPDX}ChecksumAlgorithm",
}
"""Property -> class of what it leads to."""
