"""Routes of the records' API, below /api/v1/. An id that is none is a 404 in the view: a problem, not a page."""

from django.urls import path

from .cases import CaseDoor, ParticipantDoor
from .documents import DocumentDoor, VersionDoor
from .drafts import DraftDoor
from .editions import EditionDoor, PlannedDoor, UpkeepDoor
from .exercises import ExerciseDoor
from .exporting import ExportDoor, ReleaseDoor
from .favourites import FavouriteDoor
from .files import FileDoor
from .folios import BookmarkDoor, FolioDoor
from .grants import DocumentRightsDoor, EmergencyDoor, FileRightsDoor, UnitRightsDoor
from .holding import ComparisonDoor, HoldingDoor
from .index_values import ExternalReferenceDoor, IndexValueDoor
from .life import HandOverDoor, MendingDoor, RegistrationDoor, RetentionDoor
from .links import CrossReferenceDoor, LinkDoor, MissingSheetDoor
from .notes import NoteDoor, StickyNoteDoor, StickyNotesDoor
from .page_order import MergingDoor, PageOrderDoor
from .pages import ContentDoor
from .plan import PlanDoor
from .register_sets import RegisterSetDoor
from .reminders import RemindersDoor
from .search import SearchDoor
from .structure import RegisterDoor, VolumeDoor

app_name = "records_api"
FILE, DOCUMENT = "files/<str:id>/", "documents/<str:id>/"
EDITION = "file-plan-editions/<str:id>/"
PLANNED = EDITION + "units/<str:planned>/"

urlpatterns = [
    path("file-plan/", PlanDoor.as_view({"get": "list"}), name="file_plan"),
    path("file-plan/<str:id>/", PlanDoor.as_view({"get": "retrieve"}), name="unit"),
    path("file-plan/<str:id>/favourite/", PlanDoor.as_view({"post": "keep", "delete": "let_go"}), name="unit_favourite"),
    path("file-plan/<str:id>/correct/", UpkeepDoor.as_view({"patch": "correct"}), name="unit_correct"),
    path("file-plan/<str:id>/freeze/", UpkeepDoor.as_view({"post": "freeze"}), name="unit_freeze"),
    path("file-plan/<str:id>/unfreeze/", UpkeepDoor.as_view({"post": "unfreeze"}), name="unit_unfreeze"),
    path("file-plan-editions/", EditionDoor.as_view({"get": "list", "post": "create"}), name="editions"),
    path(EDITION, EditionDoor.as_view({"get": "retrieve"}), name="edition"),
    path(EDITION + "review/", EditionDoor.as_view({"get": "review"}), name="edition_review"),
    path(EDITION + "changes/", EditionDoor.as_view({"get": "changes"}), name="edition_changes"),
    path(EDITION + "put-into-force/", EditionDoor.as_view({"post": "put_into_force"}), name="edition_put_into_force"),
    path(EDITION + "withdraw/", EditionDoor.as_view({"post": "withdraw"}), name="edition_withdraw"),
    path(EDITION + "discard/", EditionDoor.as_view({"post": "discard"}), name="edition_discard"),
    path(EDITION + "units/", PlannedDoor.as_view({"get": "list", "post": "create"}), name="edition_units"),
    path(PLANNED, PlannedDoor.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}), name="edition_unit"),
    path(PLANNED + "drop/", PlannedDoor.as_view({"post": "drop"}), name="edition_unit_drop"),
    path(PLANNED + "restore/", PlannedDoor.as_view({"post": "restore"}), name="edition_unit_restore"),
    path("register-sets/", RegisterSetDoor.as_view({"get": "list"}), name="register_sets"),
    path("favourites/", FavouriteDoor.as_view({"get": "list"}), name="favourites"),
    path(FILE + "favourite/", FavouriteDoor.as_view({"post": "keep", "delete": "let_go"}), name="file_favourite"),
    path("files/", FileDoor.as_view({"get": "list", "post": "create"}), name="files"),
    path(FILE, FileDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="file"),
    path(FILE + "close/", FileDoor.as_view({"post": "close"}), name="file_close"),
    path(FILE + "reopen/", FileDoor.as_view({"post": "reopen"}), name="file_reopen"),
    path(FILE + "cancel/", FileDoor.as_view({"post": "cancel"}), name="file_cancel"),
    path(FILE + "refile/", FileDoor.as_view({"post": "refile"}), name="file_refile"),
    path(FILE + "register/", RegistrationDoor.as_view({"post": "register"}), name="file_register"),
    path(FILE + "restore/", RegistrationDoor.as_view({"post": "restore"}), name="file_restore"),
    path(FILE + "completeness/", RegistrationDoor.as_view({"get": "completeness"}), name="completeness"),
    path(FILE + "parent/", RegistrationDoor.as_view({"post": "parent"}), name="file_parent"),
    path(FILE + "retention/", RetentionDoor.as_view({"get": "retention", "post": "set_period"}), name="retention"),
    path(FILE + "retention/event/", RetentionDoor.as_view({"post": "event"}), name="retention_event"),
    path(FILE + "holds/", RetentionDoor.as_view({"get": "holds", "post": "place_hold"}), name="holds"),
    path(FILE + "holds/<str:hold>/lift/", RetentionDoor.as_view({"post": "lift_hold"}), name="hold_lift"),
    path(FILE + "registers/", RegisterDoor.as_view({"get": "list", "post": "create"}), name="registers"),
    path(FILE + "registers/order/", RegisterDoor.as_view({"post": "order"}), name="registers_order"),
    path(
        FILE + "registers/<str:register>/",
        RegisterDoor.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="register",
    ),
    path(FILE + "volumes/", VolumeDoor.as_view({"get": "list", "post": "create"}), name="volumes"),
    path(FILE + "volumes/<str:volume>/", VolumeDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="volume"),
    path("hand-overs/", HandOverDoor.as_view({"get": "preview", "post": "hand_over"}), name="hand_overs"),
    path(FILE + "sheets/", FileDoor.as_view({"get": "sheets"}), name="sheets"),
    path(FILE + "foliate/", FolioDoor.as_view({"post": "foliate"}), name="file_foliate"),
    path(FILE + "folios/", FolioDoor.as_view({"get": "show"}), name="folios"),
    path(FILE + "bookmarks/", BookmarkDoor.as_view({"get": "list", "post": "create"}), name="bookmarks"),
    path(FILE + "bookmarks/remove/", BookmarkDoor.as_view({"post": "remove"}), name="bookmark_remove"),
    path(FILE + "journal/", FileDoor.as_view({"get": "journal"}), name="journal"),
    path(FILE + "reminders/", RemindersDoor.as_view({"get": "of_file", "post": "create"}), name="file_reminders"),
    path("reminders/", RemindersDoor.as_view({"get": "list"}), name="reminders"),
    path("reminders/hand-over/", RemindersDoor.as_view({"get": "look", "post": "hand_over"}), name="reminders_hand_over"),
    path("reminders/<str:id>/done/", RemindersDoor.as_view({"post": "done"}), name="reminder_done"),
    path("reminders/<str:id>/postpone/", RemindersDoor.as_view({"post": "postpone"}), name="reminder_postpone"),
    path("reminders/<str:id>/hand-on/", RemindersDoor.as_view({"post": "hand_on"}), name="reminder_hand_on"),
    path(FILE + "cases/", CaseDoor.as_view({"get": "list", "post": "create"}), name="cases"),
    path(FILE + "cases/<str:case>/", CaseDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="case"),
    path(FILE + "cases/<str:case>/close/", CaseDoor.as_view({"post": "close"}), name="case_close"),
    path(FILE + "cases/<str:case>/reopen/", CaseDoor.as_view({"post": "reopen"}), name="case_reopen"),
    path(FILE + "cases/<str:case>/cancel/", CaseDoor.as_view({"post": "cancel"}), name="case_cancel"),
    path(FILE + "cases/<str:case>/restore/", CaseDoor.as_view({"post": "restore"}), name="case_restore"),
    path(FILE + "participants/", ParticipantDoor.as_view({"get": "list", "post": "create"}), name="participants"),
    path(
        FILE + "participants/<str:participant>/",
        ParticipantDoor.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="participant",
    ),
    path(FILE + "participants/<str:participant>/remove/", ParticipantDoor.as_view({"post": "remove"}), name="participant_remove"),
    path(FILE + "index-values/", IndexValueDoor.as_view({"get": "list", "post": "create"}), name="index_values"),
    path(FILE + "index-values/set/", IndexValueDoor.as_view({"post": "set"}), name="index_values_set"),
    path(FILE + "external-references/", ExternalReferenceDoor.as_view({"get": "list", "post": "create"}), name="external_references"),
    path(FILE + "external-references/remove/", ExternalReferenceDoor.as_view({"post": "remove"}), name="external_reference_remove"),
    path(FILE + "links/", LinkDoor.as_view({"get": "list", "post": "create"}), name="links"),
    path(FILE + "links/<str:link>/remove/", LinkDoor.as_view({"post": "remove"}), name="link_remove"),
    path(FILE + "cross-references/", CrossReferenceDoor.as_view({"get": "list", "post": "create"}), name="cross_references"),
    path(
        FILE + "cross-references/<str:cross_reference>/remove/",
        CrossReferenceDoor.as_view({"post": "remove"}),
        name="cross_reference_remove",
    ),
    path(FILE + "missing-sheets/", MissingSheetDoor.as_view({"get": "list", "post": "create"}), name="missing_sheets"),
    path(
        FILE + "missing-sheets/<str:missing_sheet>/give-back/",
        MissingSheetDoor.as_view({"post": "give_back"}),
        name="missing_sheet_give_back",
    ),
    path(FILE + "missing-sheets/<str:missing_sheet>/extend/", MissingSheetDoor.as_view({"post": "extend"}), name="missing_sheet_extend"),
    path(FILE + "exports/", ExportDoor.as_view({"get": "list", "post": "create"}), name="exports"),
    path(FILE + "exports/<str:export>/", ExportDoor.as_view({"get": "retrieve"}), name="export"),
    path(FILE + "exports/<str:export>/cancel/", ExportDoor.as_view({"post": "cancel"}), name="export_cancel"),
    path(FILE + "releases/", ReleaseDoor.as_view({"get": "list"}), name="releases"),
    path(FILE + "exports/<str:export>/release/", ReleaseDoor.as_view({"post": "release"}), name="export_release"),
    path(FILE + "exports/<str:export>/content/", ExportDoor.as_view({"get": "content"}), name="export_content"),
    path("documents/", DocumentDoor.as_view({"get": "list", "post": "create"}), name="documents"),
    path(DOCUMENT, DocumentDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="document"),
    path(DOCUMENT + "check-out/", HoldingDoor.as_view({"post": "check_out"}), name="document_check_out"),
    path(DOCUMENT + "check-in/", HoldingDoor.as_view({"post": "check_in"}), name="document_check_in"),
    path(DOCUMENT + "take-back/", HoldingDoor.as_view({"post": "take_back"}), name="document_take_back"),
    path(DOCUMENT + "register/", DraftDoor.as_view({"post": "register"}), name="document_register"),
    path(DOCUMENT + "discard/", DraftDoor.as_view({"post": "discard"}), name="document_discard"),
    path(DOCUMENT + "restore/", HoldingDoor.as_view({"post": "restore"}), name="document_restore"),
    path(DOCUMENT + "attach/", HoldingDoor.as_view({"post": "attach"}), name="document_attach"),
    path(DOCUMENT + "detach/", HoldingDoor.as_view({"post": "detach"}), name="document_detach"),
    path(DOCUMENT + "comparison/", ComparisonDoor.as_view({"get": "comparison"}), name="comparison"),
    path(FILE + "notes/", NoteDoor.as_view({"post": "create"}), name="notes"),
    path(FILE + "sticky-notes/", StickyNotesDoor.as_view({"get": "list", "post": "create"}), name="sticky_notes"),
    path("sticky-notes/<str:id>/", StickyNoteDoor.as_view({"get": "retrieve", "patch": "partial_update"}), name="sticky_note"),
    path("sticky-notes/<str:id>/take-off/", StickyNoteDoor.as_view({"post": "take_off"}), name="sticky_note_take_off"),
    path(DOCUMENT + "move/", DocumentDoor.as_view({"post": "move"}), name="document_move"),
    path(DOCUMENT + "case/", DocumentDoor.as_view({"post": "case"}), name="document_case"),
    path(DOCUMENT + "cancel/", DocumentDoor.as_view({"post": "cancel"}), name="document_cancel"),
    path(DOCUMENT + "read-again/", DocumentDoor.as_view({"post": "read_again"}), name="document_read_again"),
    path(DOCUMENT + "directly-in-file/", MendingDoor.as_view({"post": "directly_in_file"}), name="document_directly_in_file"),
    path(DOCUMENT + "text-exception/", MendingDoor.as_view({"post": "text_exception"}), name="document_text_exception"),
    path(DOCUMENT + "versions/", VersionDoor.as_view({"get": "list", "post": "create"}), name="versions"),
    path(DOCUMENT + "versions/<str:number>/content/", ContentDoor.as_view({"get": "version_content"}), name="version_content"),
    path(DOCUMENT + "rearrange/", PageOrderDoor.as_view({"post": "rearrange"}), name="document_rearrange"),
    path(DOCUMENT + "split/", PageOrderDoor.as_view({"post": "split"}), name="document_split"),
    path(FILE + "merge/", MergingDoor.as_view({"post": "merge"}), name="file_merge"),
    path(DOCUMENT + "content/", ContentDoor.as_view({"get": "content"}), name="content"),
    path(DOCUMENT + "text/", ContentDoor.as_view({"get": "text"}), name="text"),
    path(DOCUMENT + "pages/<str:number>/image/", ContentDoor.as_view({"get": "page_image"}), name="page_image"),
    path(FILE + "grants/", FileRightsDoor.as_view({"get": "grants", "post": "give"}), name="file_grants"),
    path(FILE + "grants/preview/", FileRightsDoor.as_view({"get": "preview_give"}), name="file_grant_preview"),
    path(FILE + "grants/revoke/", FileRightsDoor.as_view({"get": "preview_revoke", "post": "revoke"}), name="file_revoke"),
    path(FILE + "reach/", FileRightsDoor.as_view({"get": "reach"}), name="file_reach"),
    path(FILE + "restrict/", FileRightsDoor.as_view({"get": "preview_restrict", "post": "restrict"}), name="file_restrict"),
    path(
        FILE + "lift-restriction/",
        FileRightsDoor.as_view({"get": "preview_lifting", "post": "lift_restriction"}),
        name="file_lift_restriction",
    ),
    path(FILE + "protect/", FileRightsDoor.as_view({"post": "protect"}), name="file_protect"),
    path(DOCUMENT + "protect/", DocumentRightsDoor.as_view({"post": "protect"}), name="document_protect"),
    path("file-plan/<str:id>/grants/", UnitRightsDoor.as_view({"get": "grants", "post": "give"}), name="unit_grants"),
    path("file-plan/<str:id>/grants/preview/", UnitRightsDoor.as_view({"get": "preview_give"}), name="unit_grant_preview"),
    path("file-plan/<str:id>/grants/revoke/", UnitRightsDoor.as_view({"get": "preview_revoke", "post": "revoke"}), name="unit_revoke"),
    path("emergency-access/", EmergencyDoor.as_view({"get": "list", "post": "create"}), name="emergencies"),
    path("emergency-access/<str:id>/approve/", EmergencyDoor.as_view({"post": "approve"}), name="emergency_approve"),
    path("exercises/", ExerciseDoor.as_view({"get": "list"}), name="exercises"),
    path("exercises/<str:key>/check/", ExerciseDoor.as_view({"post": "check"}), name="exercise_check"),
    path("search/", SearchDoor.as_view({"get": "search"}), name="search"),
    path("suggest/", SearchDoor.as_view({"get": "suggest"}), name="suggest"),
]
