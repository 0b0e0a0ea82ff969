"""What the API says of documents, their versions and their text, and what it accepts. Field names are promised to outside programs: none is ever renamed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from records import sentences
from records.models import Document, DocumentVersion, ProtectionNeed


class DuplicateOut(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    file_reference = serializers.CharField(source="file.file_reference")


class CheckedOut(serializers.Serializer[Any]):
    by = serializers.CharField()
    since = serializers.DateTimeField()


class DocumentOut(serializers.ModelSerializer[Document]):
    """A document with its current version; records.api.said says it. After an erasure by law no content is left."""

    id = serializers.UUIDField(source="public_id")
    file = serializers.UUIDField(source="file.public_id")
    file_reference = serializers.CharField(source="file.file_reference")
    register = serializers.UUIDField(source="register.public_id", default=None, allow_null=True)
    case = serializers.UUIDField(source="case.public_id", default=None, allow_null=True)
    document_reference = serializers.CharField(
        allow_null=True,
        help_text="Reference of its case or file, hyphen, running number. Given anew when it is put elsewhere, never used again.",
    )
    position = serializers.IntegerField(allow_null=True, help_text="From the top of its register, from 1; null for a cancelled document.")
    state = serializers.ChoiceField(source="current.state", choices=DocumentVersion.State.choices, default=None, allow_null=True)
    failure = serializers.CharField(allow_null=True, help_text="Why the document could not be read, in a sentence.")
    notice = serializers.CharField(allow_null=True, help_text="What a person should know: encrypted, signed, files inside, …")
    sha256 = serializers.CharField(source="current.sha256", default=None, allow_null=True)
    size = serializers.IntegerField(source="current.size", default=None, allow_null=True)
    media_type = serializers.CharField(source="current.media_type", default=None, allow_null=True)
    original_name = serializers.CharField(source="current.original_name", default=None, allow_null=True)
    page_count = serializers.IntegerField(source="current.page_count", default=None, allow_null=True)
    version = serializers.IntegerField(source="current.number", default=None, allow_null=True)
    cancelled = serializers.BooleanField()
    draft = serializers.BooleanField(help_text="A draft (Entwurf) has no number and is no document of the record until it is registered.")
    stamp_text = serializers.CharField(allow_null=True, help_text="The municipality's receipt stamp with the date, for what came in.")
    direction = serializers.ChoiceField(choices=Document.Direction.choices, allow_blank=True, help_text="Empty where nobody has said it.")
    checked_out = CheckedOut(allow_null=True, help_text="Who has it checked out, and since when; null if nobody has.")
    parent = serializers.UUIDField(source="parent.public_id", default=None, allow_null=True, help_text="What it is an attachment of.")  # type: ignore[assignment]

    class Meta:
        model = Document
        fields: tuple[str, ...] = (
            "id", "title", "file", "file_reference", "register", "case", "document_reference", "position", "state", "failure", "notice",
            "sha256", "size", "media_type", "original_name", "page_count", "version", "received_on", "created_at", "cancelled", "draft",
            "document_date", "kind", "direction", "keywords", "protection_need", "text_exception", "stamp_text", "checked_out", "parent",
        )  # fmt: skip
        read_only_fields = fields


class ReceivedDocumentOut(DocumentOut):
    """The answer to an upload."""

    duplicates = DuplicateOut(many=True, help_text="Documents with the same bytes that the caller may see.")

    class Meta(DocumentOut.Meta):
        fields = (*DocumentOut.Meta.fields, "duplicates")
        read_only_fields = fields


class DocumentFilters(serializers.Serializer[Any]):
    file = serializers.UUIDField(required=False)
    register = serializers.UUIDField(required=False)
    case = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(required=False, choices=DocumentVersion.State.choices)
    q = serializers.CharField(required=False, max_length=200, help_text="A part of the title.")


class Upload(serializers.Serializer[Any]):
    content = serializers.FileField(max_length=None)

    def validate_content(self, content: Any) -> Any:
        if len(self.initial_data.getlist("content")) > 1:  # only one would be filed, and the sender would believe that all are
            raise serializers.ValidationError(_("Please upload one file at a time."))
        return content


class DocumentFields(serializers.Serializer[Any]):
    """Descriptive fields of a document. What they may say is checked by records.description, as on the screens."""

    title = serializers.CharField(required=False, max_length=500)
    document_date = serializers.DateField(required=False, allow_null=True, help_text="From 1800-01-01 to a hundred years from today.")
    received_on = serializers.DateField(required=False, allow_null=True, help_text="Date of receipt; not in the future.")
    kind = serializers.CharField(required=False, allow_blank=True, max_length=60)
    direction = serializers.ChoiceField(required=False, allow_blank=True, choices=Document.Direction.choices)
    keywords: Any = serializers.ListField(child=serializers.CharField(max_length=1000), required=False, max_length=100)
    protection_need = serializers.ChoiceField(required=False, choices=ProtectionNeed.choices)
    text_exception = serializers.CharField(
        required=False, allow_blank=True, max_length=300, help_text="Why nobody need wait for its text; lets the file be closed."
    )


class NewDocument(Upload, DocumentFields):
    file = serializers.UUIDField()
    register = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Id or name of a register of the file.")
    case = serializers.CharField(required=False, allow_blank=True, max_length=140, help_text="Id or reference of an open case of the file.")
    title = serializers.CharField(required=False, allow_blank=True, max_length=500)
    directly_in_file = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Without a register: whether it lies in none on purpose. False leaves it to be placed before the file is closed.",
    )
    draft = serializers.BooleanField(
        required=False, default=False, help_text="File it as a draft: without a number, until it is registered."
    )


class NewVersion(Upload):
    comment = serializers.CharField(required=False, allow_blank=True, max_length=500)


class Move(serializers.Serializer[Any]):
    file = serializers.UUIDField(required=False, help_text="Without it, the document stays in its file.")
    register = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=100,
        help_text="Id or name; null or empty puts it directly in the file.",
    )
    position = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=1_000_000, help_text="From the top, from 1."
    )

    case = serializers.CharField(
        required=False,
        allow_null=True,
        allow_blank=True,
        max_length=140,
        help_text="Id or reference of an open case of that file; null or empty: in no case. Left out: as it is; in another file, in no case.",
    )
    volume = serializers.UUIDField(
        required=False,
        help_text="The open volume of that file. Without it, the document stays in its volume; in another file, it goes into the open one.",
    )

    def validate(self, attrs: Any) -> Any:
        if not attrs:  # all of them may be left out, but not all at once: nobody has asked for the top of the register
            raise serializers.ValidationError(_("Please say where to: a file, a register or a position."))
        return attrs


class VersionOut(serializers.ModelSerializer[DocumentVersion]):
    id = serializers.UUIDField(source="public_id")
    document = serializers.UUIDField(source="document.public_id")
    version = serializers.IntegerField(source="number")
    created_by = serializers.CharField()
    failure = serializers.SerializerMethodField()
    notice = serializers.SerializerMethodField()

    class Meta:
        model = DocumentVersion
        fields = (
            "id", "document", "version", "number", "state", "failure", "notice", "sha256", "size", "media_type", "original_name",
            "page_count", "comment", "created_at", "created_by",
        )  # fmt: skip
        read_only_fields = fields

    def get_failure(self, version: DocumentVersion) -> str | None:
        return sentences.failure(version) or None

    def get_notice(self, version: DocumentVersion) -> str | None:
        return sentences.notice(version) or None


class PageTextOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    text = serializers.CharField()


class TextOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=DocumentVersion.State.choices)
    pages = PageTextOut(many=True)
