"""The package for a court: original bytes, an XJustiz record, a list for people."""

from __future__ import annotations

import io
import zipfile

import openpyxl
from lxml import etree

from records import exports
from records.models import Document, Export
from tenants import stores
from tests.node.records.handed_over import ask, content, made, read_all
from tests.node.records.papers import filed

XJ = "{http://www.xjustiz.de}"


class TestCourtPackage:
    def test_holds_the_original_bytes_a_record_and_a_list(self, binder, settings):
        file, clerk = binder
        settings.XJUSTIZ_SCHEMAS = None

        export = made(file, clerk, "court_package")

        with zipfile.ZipFile(io.BytesIO(content(export))) as package:
            names = package.namelist()
            record = etree.fromstring(package.read("xjustiz_nachricht.xml"))
            rows = list(openpyxl.load_workbook(io.BytesIO(package.read("Inhalt.xlsx"))).worksheets[0].values)
            antrag = next(name for name in names if name.endswith("_Antrag.pdf"))
            assert package.read(antrag) == stores.of_municipality().path(Document.objects.get(title="Antrag").current.sha256).read_bytes()
            assert "nicht geprüft" in package.read("Hinweise.txt").decode()
        assert antrag == "0003_2026-03-01_Antrag.pdf"
        assert [one.text for one in record.iter(f"{XJ}anzeigename")] == [file.title, "Foto", "Notiz", "Antrag"]
        assert [one.text for one in record.iter(f"{XJ}nummerImUebergeordnetenContainer")] == ["1", "1", "2", "3"]
        assert record.find(f".//{XJ}posteingang/{XJ}datum").text == "2026-03-01"
        assert record.findall(f".//{XJ}dokumentklasse/code")[-1].text == "016"
        assert rows[0][1] == "Dateiname"
        assert len(rows) == 4
        assert export.options["xjustiz"] == {"version": "3.6.2", "checked": False}

    def test_takes_along_what_has_no_pages(self, queued):
        version, clerk = filed(b"PK\x05\x06" + bytes(18), "Sammlung.zip")
        read_all()

        export = made(version.document.file, clerk, "court_package")

        assert not export.left_out

    def test_a_title_that_looks_like_a_formula_stays_a_text(self, queued):
        version, clerk = filed()
        Document.objects.update(title="=HYPERLINK(1)")
        read_all()

        export = made(version.document.file, clerk, "court_package")

        with zipfile.ZipFile(io.BytesIO(content(export))) as package:
            sheet = openpyxl.load_workbook(io.BytesIO(package.read("Inhalt.xlsx"))).worksheets[0]
        assert sheet.cell(2, 3).data_type == "s"

    def test_a_record_that_does_not_fit_the_schema_is_not_handed_out(self, queued, settings, tmp_path):
        (tmp_path / "xjustiz_0005_nachrichten_3_2.xsd").write_text(SCHEMA)
        settings.XJUSTIZ_SCHEMAS = tmp_path
        version, clerk = filed()
        export = ask(version.document.file, clerk, "court_package")

        exports.make(export_id=export.pk)

        export.refresh_from_db()
        assert (export.state, export.failure) == (Export.State.FAILED, "xjustiz")


# A schema of another message: whatever is validated against it fails.
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.xjustiz.de" elementFormDefault="qualified">
<xs:element name="nachricht.gds.basisnachricht.0005006" type="xs:string"/></xs:schema>"""
