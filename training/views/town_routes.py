"""Routes to the screens of those who decide about others' training, of people who were invited, and of operators who keep municipalities."""

from django.urls import path

from . import approvals, invitations, invited, lists, my_people, replacing, towns

MINE = "schulungen/meine-leute/"
TOWNS = "schulungen/kommunen/"
routes = [
    path(MINE, my_people.my_people, name="my_people"),
    path(f"{MINE}vorgaben/<uuid:municipality>/", my_people.wanting_approval, name="town_wants"),
    path(f"{MINE}zusammenfuehren/<uuid:municipality>/", my_people.unite, name="unite"),
    path(f"{MINE}liste/", lists.people_list, name="people_list"),
    path(f"{MINE}liste/vorlage.xlsx", lists.list_template, name="list_template"),
    path(f"{MINE}einladungen/", invitations.invitations, name="invitations"),
    path(f"{MINE}einladungen/<uuid:invitation>/widerrufen/", invitations.invitation_revoke, name="invitation_revoke"),
    path(f"{MINE}<uuid:person>/", my_people.my_person, name="my_person"),
    path(f"{MINE}<uuid:person>/anmelden/", my_people.enrol, name="enrol_other"),
    path("schulungen/anmeldungen/<uuid:enrolment>/abmelden/", my_people.withdraw, name="withdraw_other"),
    path("schulungen/anmeldungen/<uuid:enrolment>/ersatz/", replacing.replace, name="replace"),
    path("schulungen/zustimmungen/", approvals.approvals, name="approvals"),
    path("schulungen/einladung/bestaetigen/<str:token>/", invited.prove, name="invitation_prove"),
    path("schulungen/einladung/<str:token>/", invited.invitation, name="invitation"),
    path(TOWNS, towns.towns, name="towns"),
    path(f"{TOWNS}<uuid:municipality>/", towns.town, name="town"),
    path(f"{TOWNS}<uuid:municipality>/austritt/", towns.leave, name="town_leave"),
    path(f"{TOWNS}<uuid:municipality>/koordination/<int:key>/beenden/", towns.end_coordinator, name="coordinator_end"),
]
