"""Every address × everyone: what nobody thought of fails, what is refused changes nothing."""

import sqlite3
import time
from contextlib import closing
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import token
from tests.security.conftest import ROLES, BrowserOf, Stage
from tests.security.fields import FIELDS
from tests.stages import database_of, everything_in
from wiki.db import db, writing
from wiki.labs.models import Lab, Membership

# ask: sent to sign in and then back here · go: sent somewhere else · else the status; 401 is the
# page that holds what was typed until its author has signed in. Without an account a remark that
# comes at once is sent back (422): no person writes so fast.
# Their POSTs carry a token and what the form asks for: only rights can be in the way.
#
# smartphone-stunde: published, of Soest · leiser-entwurf: a draft of Soest ·
# impressum: of the network · netzentwurf: a draft of the network · geschuetzt, zurueckgezogen,
# entfernt: protected, retired, purged, of Soest · seite-der-nachbarn: of the guest Gabi is from
#
#                                                       nobody gabi carla bilal anke vera
TABLE = """
GET  /                                                          200 200 200 200 200 200
GET  /abbestellen/{stop_secret}                                 200 200 200 200 200 200
POST /abbestellen/{stop_secret}                                 200 200 200 200 200 200
POST /abmelden                                                  go  go  go  go  go  go
GET  /aenderungen                                               200 200 200 200 200 200
GET  /aenderungen.atom                                          200 200 200 200 200 200
GET  /anmelden                                                  200 go  go  go  go  go
POST /anmelden                                                  200 go  go  go  go  go
GET  /anmelden/auswahl                                          go  go  go  go  go  go
POST /anmelden/auswahl                                          go  go  go  go  go  go
GET  /anmelden/code                                             go  go  go  go  go  go
POST /anmelden/code                                             go  go  go  go  go  go
GET  /anmelden/ersatzcode                                       go  go  go  go  go  go
POST /anmelden/ersatzcode                                       go  go  go  go  go  go
GET  /anmelden/hilfe                                            go  go  go  go  go  go
POST /anmelden/hilfe                                            go  go  go  go  go  go
GET  /anmelden/link/{link_secret}                               200 200 200 200 200 200
POST /anmelden/link/{link_secret}                               go  go  go  go  go  go
GET  /anmelden/passkey                                          200 go  go  go  go  go
POST /anmelden/passkey                                          200 go  go  go  go  go
POST /anmelden/passkey/falsch                                   go  go  go  go  go  go
GET  /barrierefreiheit                                          go  go  go  go  go  go
POST /bemerkungen/{remark}/loeschen                             ask 403 go  403 go  go
POST /bemerkungen/{waiting_remark}/loeschen                     ask 404 404 404 go  go
POST /bemerkungen/{draft_remark}/loeschen                       ask 404 404 go  go  go
POST /bemerkungen/{remark}/veroeffentlichung                    ask 403 403 403 go  go
POST /bemerkungen/{waiting_remark}/veroeffentlichung            ask 404 404 404 go  go
POST /bemerkungen/{draft_remark}/veroeffentlichung              ask 404 404 403 go  go
GET  /dateien                                                   ask 200 200 200 200 200
POST /dateien                                                   ask go  go  go  go  go
GET  /dateien/{file}                                            200 200 200 200 200 200
GET  /dateien/{draft_file}                                      404 404 404 200 200 200
POST /dateien/{file}                                            ask 403 go  go  go  go
POST /dateien/{draft_file}                                      ask 404 404 go  go  go
GET  /dateien/{file}/bild.png                                   200 200 200 200 200 200
GET  /dateien/{draft_file}/bild.png                             404 404 404 200 200 200
GET  /dateien/{file}/bild.png?version=1                         404 404 200 200 200 200
GET  /dateien/{draft_file}/bild.png?version=1                   404 404 404 200 200 200
GET  /dateien/{file}/vorschau/320                               200 200 200 200 200 200
GET  /dateien/{draft_file}/vorschau/320                         404 404 404 200 200 200
POST /dateien/{file}/beschreibung                               ask 403 go  go  go  go
POST /dateien/{draft_file}/beschreibung                         ask 404 404 go  go  go
POST /dateien/{file}/versionen                                  ask 403 go  go  go  go
POST /dateien/{draft_file}/versionen                            ask 404 404 go  go  go
POST /dateien/{file}/versionen/1/wiederherstellung              ask 403 go  go  go  go
POST /dateien/{draft_file}/versionen/1/wiederherstellung        ask 404 404 go  go  go
GET  /dateien/{file}/versionen/1/entfernung                     ask 403 403 403 200 200
GET  /dateien/{draft_file}/versionen/1/entfernung               ask 404 404 403 200 200
POST /dateien/{file}/versionen/1/entfernung                     ask 403 403 403 go  go
POST /dateien/{draft_file}/versionen/1/entfernung               ask 404 404 403 go  go
GET  /dateien/{file}/entfernung                                 ask 403 403 403 200 200
GET  /dateien/{draft_file}/entfernung                           ask 404 404 403 200 200
POST /dateien/{file}/entfernung                                 ask 403 403 403 go  go
POST /dateien/{draft_file}/entfernung                           ask 404 404 403 go  go
GET  /datenschutz                                               go  go  go  go  go  go
GET  /einladung/{invitation_secret}                             200 200 200 200 200 200
POST /einladung/{invitation_secret}                             go  go  go  go  go  go
POST /einladung/{invitation_secret}/beitreten                   go  go  go  go  go  go
GET  /fragen                                                    ask 200 200 200 200 200
GET  /fragen/neu                                                ask 200 200 200 200 200
POST /fragen/neu                                                ask go  go  go  go  go
GET  /fragen/{question}                                         ask 200 200 200 200 200
GET  /fragen/{thread}                                           ask 404 404 404 404 404
POST /fragen/{question}                                         ask go  go  go  go  go
POST /fragen/{thread}                                           ask 404 404 404 404 404
POST /fragen/{question}/unbekannt                               ask 403 403 403 go  403
GET  /gastplatz                                                 200 go  go  go  go  200
POST /gastplatz                                                 422 422 422 422 422 422
GET  /gastplatz/danke                                           200 200 200 200 200 200
GET  /gastplatz/{place_request}                                 ask 403 403 403 200 200
POST /gastplatz/{place_request}/ablehnung                       ask 403 403 403 go  go
POST /gastplatz/{place_request}/aufnahme                        ask 403 403 403 200 200
POST /gespraeche/{thread}/erledigung                            ask 403 go  go  go  go
POST /gespraeche/{draft_thread}/erledigung                      ask 404 404 go  go  go
POST /gespraeche/{question}/erledigung                          ask 403 go  403 go  go
POST /gespraeche/{thread}/erledigung/aufhebung                  ask 403 go  go  go  go
POST /gespraeche/{draft_thread}/erledigung/aufhebung            ask 404 404 go  go  go
POST /gespraeche/{thread}/gelesen                               ask go  go  go  go  go
POST /gespraeche/{draft_thread}/gelesen                         ask 404 404 go  go  go
GET  /gesuchte-seiten                                           200 200 200 200 200 200
GET  /healthz                                                   200 200 200 200 200 200
GET  /import                                                    ask 200 200 200 200 200
POST /import                                                    ask 422 422 422 422 422
GET  /import/{package}                                          ask 404 404 404 200 200
POST /import/{package}/ruecknahme                               ask 404 404 404 go  go
POST /import/{package}/uebernahme                               ask 404 404 404 go  go
POST /import/{package}/verwerfen                                ask 404 404 404 go  go
GET  /impressum                                                 go  go  go  go  go  go
POST /kommentare/{comment}/entfernung                           ask 404 404 404 go  404
GET  /konto                                                     ask 200 200 200 200 200
POST /konto                                                     ask go  go  go  go  go
GET  /konto/adresse                                             ask 200 200 200 200 200
POST /konto/adresse                                             ask go  go  go  go  go
GET  /konto/beobachtungen                                       ask 200 200 200 200 200
POST /konto/beobachtungen                                       ask go  go  go  go  go
POST /konto/beobachtungen/{watching}/entfernen                  ask 404 go  404 404 404
GET  /konto/bestaetigen                                         ask 200 200 200 200 200
POST /konto/bestaetigen                                         ask 200 200 200 200 200
GET  /konto/bestaetigen/passkey                                 ask 200 200 200 200 200
POST /konto/bestaetigen/passkey                                 ask 200 200 200 200 200
POST /konto/bestaetigen/passkey/falsch                          ask go  go  go  go  go
GET  /konto/daten.json                                          ask 200 200 200 200 200
GET  /konto/passkeys                                            ask 200 200 200 200 200
POST /konto/passkeys                                            ask 200 200 200 200 200
POST /konto/passkeys/falsch                                     ask go  go  go  go  go
GET  /konto/passkeys/loeschen                                   ask go  go  go  go  go
POST /konto/passkeys/loeschen                                   ask go  go  go  go  go
GET  /konto/passwort                                            ask 200 200 200 200 200
POST /konto/passwort                                            ask 200 200 200 200 200
GET  /konto/schliessen                                          ask 200 200 200 200 200
POST /konto/schliessen                                          ask 200 200 200 200 409
POST /konto/ueberall-abmelden                                   ask go  go  go  go  go
GET  /konto/zwei-schritte                                       go  200 200 200 200 200
POST /konto/zwei-schritte                                       go  200 200 200 200 200
POST /konto/zwei-schritte/falsch                                ask go  go  go  go  go
GET  /konto/zwei-schritte/ersatzcodes                           ask 200 200 200 200 200
POST /konto/zwei-schritte/ersatzcodes                           ask 200 200 200 200 200
GET  /konto/zwei-schritte/fertig                                ask go  go  go  go  go
GET  /labore                                                    200 200 200 200 200 200
GET  /labore/soest                                              200 200 200 200 200 200
POST /labore/soest/beobachtung                                  ask go  go  go  go  go
POST /labore/gibt-es-nicht/beobachtung                          ask 404 404 404 404 404
POST /labore/soest/beobachtung/aufhebung                        ask go  go  go  go  go
POST /labore/gibt-es-nicht/beobachtung/aufhebung                ask 404 404 404 404 404
GET  /labore/soest/bearbeiten                                   ask 403 403 403 200 200
POST /labore/soest/bearbeiten                                   ask 403 403 403 go  go
GET  /labore/soest/gelernt                                      200 200 200 200 200 200
GET  /labore/soest/menschen                                     ask 403 403 200 200 200
GET  /labore/gibt-es-nicht                                      404 404 404 404 404 404
POST /labore/soest/menschen/{bilal}/entfernen                   ask 403 403 go  go  go
POST /labore/soest/menschen/{bilal}/rolle                       ask 403 403 403 go  go
POST /labore/soest/menschen/einladungen                         ask 403 403 403 200 200
POST /labore/soest/menschen/einladungen/{invitation}/zurueckziehen ask 403 403 403 go  go
POST /labore/soest/menschen/nennung                             ask 404 404 go  go  404
GET  /labore/farben.css                                         200 200 200 200 200 200
GET  /labore/neu                                                ask 403 403 403 403 200
POST /labore/neu                                                ask 403 403 403 403 go
GET  /merkliste                                                 ask 200 200 200 200 200
GET  /neu/rezept                                                ask 200 200 200 200 200
POST /neu/rezept                                                401 go  go  go  go  go
GET  /neu/erfahrung                                             ask 200 200 200 200 200
POST /neu/erfahrung                                             401 go  go  go  go  go
GET  /neu/gibt-es-nicht                                         ask 404 404 404 404 404
GET  /neu/rezept/text                                           ask 200 200 200 200 200
POST /neu/rezept/text                                           401 go  go  go  go  go
GET  /neuigkeiten                                               ask 200 200 200 200 200
POST /neuigkeiten/gelesen                                       ask go  go  go  go  go
POST /neuigkeiten/{notice}/gelesen                              ask 404 go  404 404 404
GET  /passwort-vergessen                                        200 200 200 200 200 200
POST /passwort-vergessen                                        404 404 404 404 404 404
GET  /passwort-vergessen/falsch                                 go  go  go  go  go  go
POST /passwort-vergessen/falsch                                 go  go  go  go  go  go
GET  /plaene                                                    ask 200 200 200 200 200
GET  /plan/{plan_secret}                                        200 200 200 200 200 200
GET  /plan/{plan_read_secret}                                   200 200 200 200 200 200
GET  /plan/falsch                                               404 404 404 404 404 404
GET  /plan/{plan_secret}/druck                                  200 200 200 200 200 200
GET  /plan/{plan_read_secret}/druck                             200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen                              200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen                         200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/packliste                    200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/packliste               200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/einladung                    200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/einladung               200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/vorbereitung                 200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/vorbereitung            200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/wand                         200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/wand                    200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/karten                       200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/karten                  200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/pdf                          200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/pdf                     200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/word                         200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/word                    200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/html                         200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/html                    200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/zip                          200 200 200 200 200 200
GET  /plan/{plan_read_secret}/mitnehmen/zip                     200 200 200 200 200 200
GET  /plan/{plan_secret}/mitnehmen/gibt-es-nicht                404 404 404 404 404 404
GET  /plan/{plan_read_secret}/mitnehmen/gibt-es-nicht           404 404 404 404 404 404
GET  /plan/{plan_secret}/mitnehmen/kalender                     404 404 404 404 404 404
GET  /plan/{plan_read_secret}/mitnehmen/kalender                404 404 404 404 404 404
GET  /plan/falsch/mitnehmen/pdf                                 404 404 404 404 404 404
GET  /plan/{plan_secret}/angaben                                200 200 200 200 200 200
GET  /plan/{plan_read_secret}/angaben                           404 404 404 404 404 404
POST /plan/{plan_secret}/angaben                                go  go  go  go  go  go
POST /plan/{plan_read_secret}/angaben                           404 404 404 404 404 404
GET  /plan/{dated_plan_secret}/ankuendigung                     ask 200 200 200 200 403
GET  /plan/{plan_secret}/ankuendigung                           ask go  go  go  go  403
GET  /plan/{plan_read_secret}/ankuendigung                      ask 404 404 404 404 404
POST /plan/{dated_plan_secret}/ankuendigung                     ask go  go  go  go  403
POST /plan/{plan_read_secret}/ankuendigung                      ask 404 404 404 404 404
POST /plan/{announced_plan_secret}/ankuendigung/beibehaltung    ask 403 403 go  go  go
POST /plan/{announced_plan_read_secret}/ankuendigung/beibehaltung ask 404 404 404 404 404
POST /plan/{announced_plan_secret}/ankuendigung/uebernahme      ask 403 403 go  go  go
POST /plan/{announced_plan_read_secret}/ankuendigung/uebernahme ask 404 404 404 404 404
POST /plan/{plan_secret}/ankuendigung/uebernahme                ask 404 404 404 404 404
POST /plan/{plan_secret}/besitz                                 ask go  go  go  go  go
POST /plan/{own_plan_secret}/besitz                             ask 403 403 403 go  403
POST /plan/{plan_read_secret}/besitz                            ask 404 404 404 404 404
POST /plan/{plan_secret}/bloecke                                go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke                           404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}                   go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}              404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}/platz             go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}/platz        404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}/dauer             go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}/dauer        404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}/teilung           go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}/teilung      404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}/verdopplung       go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}/verdopplung  404 404 404 404 404 404
POST /plan/{plan_secret}/bloecke/{plan_block}/entfernung        go  go  go  go  go  go
POST /plan/{plan_read_secret}/bloecke/{plan_block}/entfernung   404 404 404 404 404 404
GET  /plan/{plan_secret}/durchfuehren                           200 200 200 200 200 200
GET  /plan/{plan_secret}/durchfuehren.js                        200 200 200 200 200 200
GET  /plan/{plan_secret}/durchfuehren/bericht                   200 200 200 200 200 200
POST /plan/{plan_secret}/durchfuehren/bericht                   200 go  go  go  go  go
GET  /plan/{plan_read_secret}/durchfuehren                      200 200 200 200 200 200
GET  /plan/{plan_read_secret}/durchfuehren.js                   200 200 200 200 200 200
GET  /plan/{plan_read_secret}/durchfuehren/bericht              200 200 200 200 200 200
POST /plan/{plan_read_secret}/durchfuehren/bericht              200 go  go  go  go  go
GET  /plan/falsch/durchfuehren                                  404 404 404 404 404 404
GET  /plan/falsch/durchfuehren.js                               404 404 404 404 404 404
GET  /plan/falsch/durchfuehren/bericht                          404 404 404 404 404 404
POST /plan/falsch/durchfuehren/bericht                          404 404 404 404 404 404
GET  /plan/{plan_secret}/kuerzung                               200 200 200 200 200 200
GET  /plan/{plan_read_secret}/kuerzung                          404 404 404 404 404 404
POST /plan/{plan_secret}/kuerzung                               go  go  go  go  go  go
POST /plan/{plan_read_secret}/kuerzung                          404 404 404 404 404 404
POST /plan/{plan_secret}/links                                  go  go  go  go  go  go
POST /plan/{plan_read_secret}/links                             404 404 404 404 404 404
POST /plan/{own_plan_secret}/links                              403 403 403 403 go  403
GET  /plan/{plan_secret}/loeschen                               200 200 200 200 200 200
GET  /plan/{own_plan_secret}/loeschen                           403 403 403 403 200 403
GET  /plan/{plan_read_secret}/loeschen                          404 404 404 404 404 404
POST /plan/{plan_secret}/loeschen                               go  go  go  go  go  go
POST /plan/{own_plan_secret}/loeschen                           403 403 403 403 go  403
POST /plan/{plan_read_secret}/loeschen                          404 404 404 404 404 404
POST /plan/{plan_secret}/neuere                                 409 409 409 409 409 409
POST /plan/{plan_read_secret}/neuere                            404 404 404 404 404 404
POST /plan/{plan_secret}/rezepte                                go  go  go  go  go  go
POST /plan/{plan_read_secret}/rezepte                           404 404 404 404 404 404
POST /plan/{plan_secret}/rueckgaengig                           409 409 409 409 409 409
POST /plan/{plan_read_secret}/rueckgaengig                      404 404 404 404 404 404
POST /plan/{plan_secret}/versionen                              go  go  go  go  go  go
POST /plan/{plan_read_secret}/versionen                         404 404 404 404 404 404
POST /plan/{plan_secret}/versionen/1/wiederherstellung          go  go  go  go  go  go
POST /plan/{plan_read_secret}/versionen/1/wiederherstellung     404 404 404 404 404 404
GET  /plan/{plan_secret}/vorlage                                ask 200 200 200 200 200
GET  /plan/{plan_read_secret}/vorlage                           ask 404 404 404 404 404
POST /plan/{plan_secret}/vorlage                                ask go  go  go  go  go
POST /plan/{plan_read_secret}/vorlage                           ask 404 404 404 404 404
POST /plan/{plan_secret}/vorlage/version                        ask 404 404 404 404 404
POST /plan/{from_template_secret}/vorlage/version               ask 404 go  go  go  go
GET  /r/{page}                                                  go  go  go  go  go  go
GET  /r/{draft}                                                 404 404 404 go  go  go
GET  /r/{purged}                                                410 410 410 410 410 410
GET  /r/{page}/so-wars                                          go  go  go  go  go  go
GET  /r/{draft}/so-wars                                         404 404 404 go  go  go
GET  /r/{purged}/so-wars                                        410 410 410 410 410 410
GET  /readyz                                                    503 503 503 503 503 503
GET  /robots.txt                                                200 200 200 200 200 200
GET  /sitemap.xml                                               200 200 200 200 200 200
GET  /static/favicon.svg                                        200 200 200 200 200 200
GET  /suche                                                     200 200 200 200 200 200
POST /suche/beobachtung                                         ask go  go  go  go  go
POST /suche/beobachtung/aufhebung                               ask go  go  go  go  go
GET  /suche/vorschlaege                                         200 200 200 200 200 200
GET  /suche.atom                                                200 200 200 200 200 200
GET  /termine                                                   200 200 200 200 200 200
GET  /termine.ics                                               200 200 200 200 200 200
GET  /termine/{announcement}                                    200 200 200 200 200 200
GET  /termine/{withdrawn}                                       410 410 410 410 410 410
GET  /termine/{announcement}.ics                                200 200 200 200 200 200
GET  /termine/{withdrawn}.ics                                   410 410 410 410 410 410
GET  /termine/{announcement}/bearbeiten                         ask 403 403 200 200 200
GET  /termine/{withdrawn}/bearbeiten                            ask 410 410 410 410 410
POST /termine/{announcement}/bearbeiten                         ask 403 403 go  go  go
POST /termine/{withdrawn}/bearbeiten                            ask 410 410 410 410 410
POST /termine/{announcement}/absage                             ask 403 403 go  go  go
POST /termine/{withdrawn}/absage                                ask 410 410 410 410 410
POST /termine/{announcement}/absage/aufhebung                   ask 403 403 go  go  go
POST /termine/{withdrawn}/absage/aufhebung                      ask 410 410 410 410 410
POST /termine/{announcement}/rueckzug                           ask 403 403 go  go  go
POST /termine/{withdrawn}/rueckzug                              ask 410 410 410 410 410
GET  /titel                                                     go  go  go  go  go  go
GET  /verwaiste-seiten                                          200 200 200 200 200 200
POST /suche/nichts-gefunden                                     400 400 400 400 400 400
GET  /suchwoerter                                               ask 403 403 403 200 200
POST /suchwoerter                                               ask 403 403 403 go  go
GET  /suchwoerter/{words}                                       ask 403 403 403 200 200
POST /suchwoerter/{words}                                       ask 403 403 403 go  go
POST /suchwoerter/{words}/entfernen                             ask 403 403 403 go  go
POST /suchwoerter/{removed_words}/rueckkehr                     ask 403 403 403 go  go
POST /suchwoerter/gesucht/{unmet}/erledigt                      ask 403 403 403 go  go
GET  /verwaltung                                                ask 403 403 403 403 200
POST /verwaltung/menschen/{bilal}/anmelde-link                  ask 403 403 403 403 200
GET  /verwaltung/menschen/{bilal}/verwaltung                    ask 403 403 403 403 200
POST /verwaltung/menschen/{bilal}/verwaltung                    ask 403 403 403 403 go
POST /verwaltung/menschen/{bilal}/verwaltung/ende               ask 403 403 403 403 go
GET  /wiki/smartphone-stunde                                    200 200 200 200 200 200
GET  /wiki/leiser-entwurf                                       404 404 404 200 200 200
GET  /wiki/netzentwurf                                          404 404 404 404 404 200
GET  /wiki/zurueckgezogen                                       200 200 200 200 200 200
GET  /wiki/entfernt                                             410 410 410 410 410 410
GET  /wiki/smartphone-stunde/bearbeiten                         ask 403 200 200 200 200
GET  /wiki/leiser-entwurf/bearbeiten                            ask 404 404 200 200 200
GET  /wiki/impressum/bearbeiten                                 ask 403 403 403 403 200
GET  /wiki/netzentwurf/bearbeiten                               ask 404 404 404 404 200
GET  /wiki/seite-der-nachbarn/bearbeiten                        ask 200 200 200 200 200
GET  /wiki/geschuetzt/bearbeiten                                ask 403 403 403 200 200
GET  /wiki/zurueckgezogen/bearbeiten                            ask 403 403 403 200 200
GET  /wiki/entfernt/bearbeiten                                  ask 410 410 410 410 410
POST /wiki/smartphone-stunde/bearbeiten                         401 403 go  go  go  go
POST /wiki/leiser-entwurf/bearbeiten                            401 404 404 go  go  go
POST /wiki/impressum/bearbeiten                                 401 403 403 403 403 go
POST /wiki/netzentwurf/bearbeiten                               401 404 404 404 404 go
POST /wiki/seite-der-nachbarn/bearbeiten                        401 go  go  go  go  go
POST /wiki/geschuetzt/bearbeiten                                401 403 403 403 go  go
POST /wiki/zurueckgezogen/bearbeiten                            401 403 403 403 go  go
POST /wiki/entfernt/bearbeiten                                  401 410 410 410 410 410
GET  /wiki/smartphone-stunde/bearbeiten?abschnitt=abschnitt-x   ask 403 200 200 200 200
GET  /wiki/smartphone-stunde/bearbeiten/text                    ask 403 200 200 200 200
GET  /wiki/leiser-entwurf/bearbeiten/text                       ask 404 404 200 200 200
GET  /wiki/seite-der-nachbarn/bearbeiten/text                   ask 200 200 200 200 200
GET  /wiki/geschuetzt/bearbeiten/text                           ask 403 403 403 200 200
GET  /wiki/zurueckgezogen/bearbeiten/text                       ask 403 403 403 200 200
GET  /wiki/entfernt/bearbeiten/text                             ask 410 410 410 410 410
POST /wiki/smartphone-stunde/bearbeiten/text                    401 403 go  go  go  go
POST /wiki/leiser-entwurf/bearbeiten/text                       401 404 404 go  go  go
POST /wiki/seite-der-nachbarn/bearbeiten/text                   401 go  go  go  go  go
POST /wiki/geschuetzt/bearbeiten/text                           401 403 403 403 go  go
POST /wiki/zurueckgezogen/bearbeiten/text                       401 403 403 403 go  go
POST /wiki/entfernt/bearbeiten/text                             401 410 410 410 410 410
GET  /wiki/smartphone-stunde/dateien                            200 200 200 200 200 200
GET  /wiki/leiser-entwurf/dateien                               404 404 404 200 200 200
GET  /wiki/netzentwurf/dateien                                  404 404 404 404 404 200
GET  /wiki/entfernt/dateien                                     410 410 410 410 410 410
POST /wiki/smartphone-stunde/dateien                            ask 403 go  go  go  go
POST /wiki/leiser-entwurf/dateien                               ask 404 404 go  go  go
POST /wiki/impressum/dateien                                    ask 403 403 403 403 go
POST /wiki/geschuetzt/dateien                                   ask 403 403 403 go  go
POST /wiki/entfernt/dateien                                     ask 410 410 410 410 410
POST /wiki/smartphone-stunde/dateien/anhang                     ask 403 go  go  go  go
POST /wiki/leiser-entwurf/dateien/anhang                        ask 404 404 go  go  go
POST /wiki/geschuetzt/dateien/anhang                            ask 403 403 403 go  go
POST /wiki/smartphone-stunde/dateien/{file}/abhaengen           ask 403 go  go  go  go
POST /wiki/leiser-entwurf/dateien/{draft_file}/abhaengen        ask 404 404 go  go  go
POST /wiki/geschuetzt/dateien/{file}/abhaengen                  ask 403 403 403 go  go
POST /wiki/smartphone-stunde/titelbild                          ask 403 go  go  go  go
POST /wiki/leiser-entwurf/titelbild                             ask 404 404 go  go  go
POST /wiki/geschuetzt/titelbild                                 ask 403 403 403 go  go
GET  /wiki/smartphone-stunde/diskussion                         200 200 200 200 200 200
GET  /wiki/leiser-entwurf/diskussion                            404 404 404 200 200 200
GET  /wiki/netzentwurf/diskussion                               404 404 404 404 404 200
GET  /wiki/zurueckgezogen/diskussion                            200 200 200 200 200 200
GET  /wiki/entfernt/diskussion                                  410 410 410 410 410 410
GET  /wiki/smartphone-stunde/diskussion/neu                     200 200 200 200 200 200
GET  /wiki/smartphone-stunde/diskussion/neu?gespraech={draft_thread} 404 404 404 404 404 404
GET  /wiki/leiser-entwurf/diskussion/neu                        404 404 404 200 200 200
GET  /wiki/netzentwurf/diskussion/neu                           404 404 404 404 404 200
GET  /wiki/zurueckgezogen/diskussion/neu                        403 403 403 403 403 403
GET  /wiki/entfernt/diskussion/neu                              410 410 410 410 410 410
POST /wiki/smartphone-stunde/diskussion/neu                     422 go  go  go  go  go
POST /wiki/geschuetzt/diskussion/neu                            422 go  go  go  go  go
POST /wiki/impressum/diskussion/neu                             422 go  go  go  go  go
POST /wiki/leiser-entwurf/diskussion/neu                        404 404 404 go  go  go
POST /wiki/netzentwurf/diskussion/neu                           404 404 404 404 404 go
POST /wiki/zurueckgezogen/diskussion/neu                        403 403 403 403 403 403
POST /wiki/entfernt/diskussion/neu                              410 410 410 410 410 410
POST /wiki/smartphone-stunde/machen-wir-auch                    ask go  go  403 403 403
POST /wiki/leiser-entwurf/machen-wir-auch                       ask 404 404 403 403 403
POST /wiki/seite-der-nachbarn/machen-wir-auch                   ask 403 go  go  go  403
POST /wiki/zurueckgezogen/machen-wir-auch                       ask 403 403 403 403 403
POST /wiki/entfernt/machen-wir-auch                             ask 410 410 410 410 410
POST /wiki/smartphone-stunde/machen-wir-auch/aufhebung          ask go  go  403 403 403
POST /wiki/entfernt/machen-wir-auch/aufhebung                   ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/druck                              200 200 200 200 200 200
GET  /wiki/leiser-entwurf/druck                                 404 404 404 200 200 200
GET  /wiki/netzentwurf/druck                                    404 404 404 404 404 200
GET  /wiki/zurueckgezogen/druck                                 200 200 200 200 200 200
GET  /wiki/entfernt/druck                                       410 410 410 410 410 410
GET  /wiki/smartphone-stunde/entfernung                         ask 403 403 403 200 200
GET  /wiki/leiser-entwurf/entfernung                            ask 404 404 403 200 200
GET  /wiki/impressum/entfernung                                 ask 403 403 403 403 200
GET  /wiki/netzentwurf/entfernung                               ask 404 404 404 404 200
GET  /wiki/seite-der-nachbarn/entfernung                        ask 403 403 403 403 200
GET  /wiki/entfernt/entfernung                                  ask 410 410 410 410 410
POST /wiki/smartphone-stunde/entfernung                         ask 403 403 403 go  go
POST /wiki/leiser-entwurf/entfernung                            ask 404 404 403 go  go
POST /wiki/impressum/entfernung                                 ask 403 403 403 403 go
POST /wiki/netzentwurf/entfernung                               ask 404 404 404 404 go
POST /wiki/seite-der-nachbarn/entfernung                        ask 403 403 403 403 go
POST /wiki/entfernt/entfernung                                  ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/anpassen                           ask 200 200 403 403 403
GET  /wiki/leiser-entwurf/anpassen                              ask 404 404 403 403 403
GET  /wiki/entfernt/anpassen                                    ask 410 410 410 410 410
POST /wiki/smartphone-stunde/anpassen                           ask go  go  403 403 403
POST /wiki/leiser-entwurf/anpassen                              ask 404 404 403 403 403
POST /wiki/entfernt/anpassen                                    ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/fassungen                          200 200 200 200 200 200
GET  /wiki/leiser-entwurf/fassungen                             404 404 404 200 200 200
GET  /wiki/netzentwurf/fassungen                                404 404 404 404 404 200
GET  /wiki/entfernt/fassungen                                   410 410 410 410 410 410
POST /wiki/seite-der-nachbarn/fassungen/uebernahme              ask go  go  go  go  go
POST /wiki/smartphone-stunde/fassungen/uebernahme               ask 403 404 404 404 404
POST /wiki/leiser-entwurf/fassungen/uebernahme                  ask 404 404 404 404 404
POST /wiki/entfernt/fassungen/uebernahme                        ask 410 410 410 410 410
POST /wiki/seite-der-nachbarn/fassungen/angebot                 ask go  go  go  go  go
POST /wiki/smartphone-stunde/fassungen/angebot                  ask 403 404 404 404 404
POST /wiki/leiser-entwurf/fassungen/angebot                     ask 404 404 404 404 404
POST /wiki/entfernt/fassungen/angebot                           ask 410 410 410 410 410
POST /wiki/smartphone-stunde/bestaetigung                       ask 403 go  go  go  go
POST /wiki/leiser-entwurf/bestaetigung                          ask 404 404 403 403 403
POST /wiki/geschuetzt/bestaetigung                              ask 403 403 403 go  go
POST /wiki/zurueckgezogen/bestaetigung                          ask 403 403 403 403 403
POST /wiki/entfernt/bestaetigung                                ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/gelernt                            200 200 200 200 200 200
GET  /wiki/leiser-entwurf/gelernt                               404 404 404 200 200 200
GET  /wiki/netzentwurf/gelernt                                  404 404 404 404 404 404
GET  /wiki/zurueckgezogen/gelernt                               200 200 200 200 200 200
GET  /wiki/entfernt/gelernt                                     410 410 410 410 410 410
POST /wiki/smartphone-stunde/gelernt/{learning}/absage          ask 403 go  go  go  go
POST /wiki/leiser-entwurf/gelernt/{learning}/absage             ask 404 404 404 404 404
POST /wiki/geschuetzt/gelernt/{learning}/absage                 ask 403 403 403 404 404
POST /wiki/entfernt/gelernt/{learning}/absage                   ask 410 410 410 410 410
POST /wiki/smartphone-stunde/gelernt/{learning}/rueckkehr       ask 403 go  go  go  go
POST /wiki/leiser-entwurf/gelernt/{learning}/rueckkehr          ask 404 404 404 404 404
POST /wiki/geschuetzt/gelernt/{learning}/rueckkehr              ask 403 403 403 404 404
POST /wiki/entfernt/gelernt/{learning}/rueckkehr                ask 410 410 410 410 410
POST /wiki/smartphone-stunde/merken                             ask go  go  go  go  go
POST /wiki/leiser-entwurf/merken                                ask 404 404 go  go  go
POST /wiki/entfernt/merken                                      ask 410 410 410 410 410
POST /wiki/smartphone-stunde/merken/aufhebung                   ask go  go  go  go  go
POST /wiki/leiser-entwurf/merken/aufhebung                      ask 404 404 go  go  go
POST /wiki/entfernt/merken/aufhebung                            ask 410 410 410 410 410
POST /wiki/smartphone-stunde/rueckkehr                          ask 403 403 403 go  go
POST /wiki/leiser-entwurf/rueckkehr                             ask 404 404 403 403 403
POST /wiki/impressum/rueckkehr                                  ask 403 403 403 403 go
POST /wiki/netzentwurf/rueckkehr                                ask 404 404 404 404 403
POST /wiki/seite-der-nachbarn/rueckkehr                         ask 403 403 403 403 go
POST /wiki/zurueckgezogen/rueckkehr                             ask 403 403 403 go  go
POST /wiki/entfernt/rueckkehr                                   ask 410 410 410 410 410
POST /wiki/smartphone-stunde/rueckzug                           ask 403 403 403 go  go
POST /wiki/leiser-entwurf/rueckzug                              ask 404 404 403 403 403
POST /wiki/impressum/rueckzug                                   ask 403 403 403 403 go
POST /wiki/netzentwurf/rueckzug                                 ask 404 404 404 404 403
POST /wiki/seite-der-nachbarn/rueckzug                          ask 403 403 403 403 go
POST /wiki/zurueckgezogen/rueckzug                              ask 403 403 403 go  go
POST /wiki/entfernt/rueckzug                                    ask 410 410 410 410 410
POST /wiki/smartphone-stunde/veroeffentlichung                  ask 403 go  go  go  go
POST /wiki/leiser-entwurf/veroeffentlichung                     ask 404 404 go  go  go
POST /wiki/netzentwurf/veroeffentlichung                        ask 404 404 404 404 go
POST /wiki/impressum/veroeffentlichung                          ask 403 403 403 403 go
POST /wiki/geschuetzt/veroeffentlichung                         ask 403 403 403 go  go
POST /wiki/zurueckgezogen/veroeffentlichung                     ask 403 403 403 403 403
POST /wiki/entfernt/veroeffentlichung                           ask 410 410 410 410 410
POST /wiki/smartphone-stunde/schutz                             ask 403 403 403 go  go
POST /wiki/leiser-entwurf/schutz                                ask 404 404 403 go  go
POST /wiki/impressum/schutz                                     ask 403 403 403 403 go
POST /wiki/seite-der-nachbarn/schutz                            ask 403 403 403 403 go
POST /wiki/geschuetzt/schutz                                    ask 403 403 403 go  go
POST /wiki/entfernt/schutz                                      ask 410 410 410 410 410
POST /wiki/smartphone-stunde/schutz/aufhebung                   ask 403 403 403 go  go
POST /wiki/leiser-entwurf/schutz/aufhebung                      ask 404 404 403 go  go
POST /wiki/impressum/schutz/aufhebung                           ask 403 403 403 403 go
POST /wiki/seite-der-nachbarn/schutz/aufhebung                  ask 403 403 403 403 go
POST /wiki/geschuetzt/schutz/aufhebung                          ask 403 403 403 go  go
POST /wiki/entfernt/schutz/aufhebung                            ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/vergleich?von=1&bis=1              200 200 200 200 200 200
GET  /wiki/leiser-entwurf/vergleich?von=1&bis=1                 404 404 404 200 200 200
GET  /wiki/netzentwurf/vergleich?von=1&bis=1                    404 404 404 404 404 200
GET  /wiki/zurueckgezogen/vergleich?von=1&bis=1                 200 200 200 200 200 200
GET  /wiki/entfernt/vergleich?von=1&bis=1                       410 410 410 410 410 410
GET  /wiki/smartphone-stunde/versionen                          200 200 200 200 200 200
GET  /wiki/leiser-entwurf/versionen                             404 404 404 200 200 200
GET  /wiki/netzentwurf/versionen                                404 404 404 404 404 200
GET  /wiki/zurueckgezogen/versionen                             200 200 200 200 200 200
GET  /wiki/entfernt/versionen                                   410 410 410 410 410 410
GET  /wiki/smartphone-stunde/versionen.atom                     200 200 200 200 200 200
GET  /wiki/leiser-entwurf/versionen.atom                        404 404 404 404 404 404
GET  /wiki/netzentwurf/versionen.atom                           404 404 404 404 404 404
GET  /wiki/zurueckgezogen/versionen.atom                        404 404 404 404 404 404
GET  /wiki/entfernt/versionen.atom                              410 410 410 410 410 410
GET  /wiki/smartphone-stunde/versionen/1                        200 200 200 200 200 200
GET  /wiki/leiser-entwurf/versionen/1                           404 404 404 200 200 200
GET  /wiki/netzentwurf/versionen/1                              404 404 404 404 404 200
GET  /wiki/zurueckgezogen/versionen/1                           200 200 200 200 200 200
GET  /wiki/entfernt/versionen/1                                 410 410 410 410 410 410
GET  /wiki/smartphone-stunde/versionen/1/entfernung             ask 403 403 403 200 200
GET  /wiki/smartphone-stunde/versionen/2/entfernung             ask 403 403 403 404 404
GET  /wiki/leiser-entwurf/versionen/1/entfernung                ask 404 404 403 200 200
GET  /wiki/impressum/versionen/1/entfernung                     ask 403 403 403 403 200
GET  /wiki/netzentwurf/versionen/1/entfernung                   ask 404 404 404 404 200
GET  /wiki/seite-der-nachbarn/versionen/1/entfernung            ask 403 403 403 403 200
GET  /wiki/entfernt/versionen/1/entfernung                      ask 410 410 410 410 410
POST /wiki/smartphone-stunde/versionen/1/entfernung             ask 403 403 403 go  go
POST /wiki/leiser-entwurf/versionen/1/entfernung                ask 404 404 403 go  go
POST /wiki/impressum/versionen/1/entfernung                     ask 403 403 403 403 go
POST /wiki/netzentwurf/versionen/1/entfernung                   ask 404 404 404 404 go
POST /wiki/seite-der-nachbarn/versionen/1/entfernung            ask 403 403 403 403 go
POST /wiki/entfernt/versionen/1/entfernung                      ask 410 410 410 410 410
POST /wiki/smartphone-stunde/versionen/1/wiederherstellung      ask 403 go  go  go  go
POST /wiki/leiser-entwurf/versionen/1/wiederherstellung         ask 404 404 go  go  go
POST /wiki/impressum/versionen/1/wiederherstellung              ask 403 403 403 403 go
POST /wiki/netzentwurf/versionen/1/wiederherstellung            ask 404 404 404 404 go
POST /wiki/seite-der-nachbarn/versionen/1/wiederherstellung     ask go  go  go  go  go
POST /wiki/geschuetzt/versionen/1/wiederherstellung             ask 403 403 403 go  go
POST /wiki/zurueckgezogen/versionen/1/wiederherstellung         ask 403 403 403 go  go
POST /wiki/entfernt/versionen/1/wiederherstellung               ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/vorschlaege                        ask 200 200 200 200 200
GET  /wiki/leiser-entwurf/vorschlaege                           ask 404 404 200 200 200
GET  /wiki/netzentwurf/vorschlaege                              ask 404 404 404 404 200
GET  /wiki/zurueckgezogen/vorschlaege                           ask 200 200 200 200 200
GET  /wiki/entfernt/vorschlaege                                 ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/vorschlaege/{proposal}             ask 404 200 200 200 200
GET  /wiki/smartphone-stunde/vorschlaege/{own_proposal}         ask 200 200 200 200 200
GET  /wiki/geschuetzt/vorschlaege/{own_proposal}                ask 404 404 404 404 404
GET  /wiki/leiser-entwurf/vorschlaege/{proposal}                ask 404 404 404 404 404
GET  /wiki/entfernt/vorschlaege/{proposal}                      ask 410 410 410 410 410
POST /wiki/smartphone-stunde/vorschlaege/{proposal}/uebernahme  ask 403 go  go  go  go
POST /wiki/smartphone-stunde/vorschlaege/{own_proposal}/uebernahme ask 403 go  go  go  go
POST /wiki/leiser-entwurf/vorschlaege/{proposal}/uebernahme     ask 404 404 404 404 404
POST /wiki/geschuetzt/vorschlaege/{proposal}/uebernahme         ask 403 403 403 404 404
POST /wiki/entfernt/vorschlaege/{proposal}/uebernahme           ask 410 410 410 410 410
POST /wiki/smartphone-stunde/vorschlaege/{proposal}/ablehnung   ask 403 go  go  go  go
POST /wiki/smartphone-stunde/vorschlaege/{own_proposal}/ablehnung ask 403 go  go  go  go
POST /wiki/leiser-entwurf/vorschlaege/{proposal}/ablehnung      ask 404 404 404 404 404
POST /wiki/geschuetzt/vorschlaege/{proposal}/ablehnung          ask 403 403 403 404 404
POST /wiki/entfernt/vorschlaege/{proposal}/ablehnung            ask 410 410 410 410 410
POST /wiki/smartphone-stunde/vorschlaege/{proposal}/ruecknahme  ask 404 403 403 403 403
POST /wiki/smartphone-stunde/vorschlaege/{own_proposal}/ruecknahme ask go  403 403 403 403
POST /wiki/entfernt/vorschlaege/{own_proposal}/ruecknahme       ask 410 410 410 410 410
POST /wiki/smartphone-stunde/vorschlaege/{proposal}/kommentare  ask 404 go  go  go  go
POST /wiki/smartphone-stunde/vorschlaege/{own_proposal}/kommentare ask go  go  go  go  go
POST /wiki/leiser-entwurf/vorschlaege/{proposal}/kommentare     ask 404 404 404 404 404
POST /wiki/entfernt/vorschlaege/{own_proposal}/kommentare       ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/vorschlagen                        200 200 go  go  go  go
GET  /wiki/leiser-entwurf/vorschlagen                           404 404 404 go  go  go
GET  /wiki/netzentwurf/vorschlagen                              404 404 404 404 404 go
GET  /wiki/impressum/vorschlagen                                200 200 200 200 200 go
GET  /wiki/geschuetzt/vorschlagen                               200 200 200 200 go  go
GET  /wiki/seite-der-nachbarn/vorschlagen                       200 go  go  go  go  go
GET  /wiki/zurueckgezogen/vorschlagen                           403 403 403 403 go  go
GET  /wiki/entfernt/vorschlagen                                 410 410 410 410 410 410
GET  /wiki/smartphone-stunde/vorschlagen/danke                  200 200 200 200 200 200
GET  /wiki/leiser-entwurf/vorschlagen/danke                     404 404 404 200 200 200
GET  /wiki/netzentwurf/vorschlagen/danke                        404 404 404 404 404 200
GET  /wiki/entfernt/vorschlagen/danke                           410 410 410 410 410 410
POST /wiki/smartphone-stunde/vorschlagen                        422 go  200 200 200 200
POST /wiki/leiser-entwurf/vorschlagen                           404 404 404 200 200 200
POST /wiki/netzentwurf/vorschlagen                              404 404 404 404 404 200
POST /wiki/geschuetzt/vorschlagen                               422 go  go  go  200 200
POST /wiki/zurueckgezogen/vorschlagen                           403 403 403 403 200 200
POST /wiki/entfernt/vorschlagen                                 410 410 410 410 410 410
POST /wiki/smartphone-stunde/beobachtung                        ask go  go  go  go  go
POST /wiki/leiser-entwurf/beobachtung                           ask 404 404 go  go  go
POST /wiki/netzentwurf/beobachtung                              ask 404 404 404 404 go
POST /wiki/zurueckgezogen/beobachtung                           ask go  go  go  go  go
POST /wiki/entfernt/beobachtung                                 ask 410 410 410 410 410
POST /wiki/smartphone-stunde/beobachtung/aufhebung              ask go  go  go  go  go
POST /wiki/leiser-entwurf/beobachtung/aufhebung                 ask 404 404 go  go  go
POST /wiki/netzentwurf/beobachtung/aufhebung                    ask 404 404 404 404 go
POST /wiki/zurueckgezogen/beobachtung/aufhebung                 ask go  go  go  go  go
POST /wiki/entfernt/beobachtung/aufhebung                       ask 410 410 410 410 410
GET  /werkzeuge                                                 200 200 200 200 200 200
GET  /wiki/smartphone-stunde/verweise                           200 200 200 200 200 200
GET  /wiki/leiser-entwurf/verweise                              404 404 404 200 200 200
GET  /wiki/netzentwurf/verweise                                 404 404 404 404 404 200
GET  /wiki/zurueckgezogen/verweise                              200 200 200 200 200 200
GET  /wiki/entfernt/verweise                                    410 410 410 410 410 410
POST /wiki/smartphone-stunde/verweise/anpassung                 ask go  go  go  go  go
POST /wiki/leiser-entwurf/verweise/anpassung                    ask 404 404 go  go  go
POST /wiki/netzentwurf/verweise/anpassung                       ask 404 404 404 404 go
POST /wiki/entfernt/verweise/anpassung                          ask 410 410 410 410 410
GET  /wochen                                                    go  go  go  go  go  go
GET  /wochen/2020-40                                            200 200 200 200 200 200
GET  /wochen/2020-54                                            404 404 404 404 404 404
GET  /wuensche                                                  200 200 200 200 200 200
GET  /wuensche/neu                                              200 200 200 200 200 200
POST /wuensche/neu                                              422 422 422 422 422 422
GET  /wuensche/{public_wish}                                    200 200 200 200 200 200
GET  /wuensche/{wish}                                           404 404 404 404 200 200
POST /wuensche/{public_wish}/antwort                            ask 403 403 403 go  go
POST /wuensche/{wish}/antwort                                   ask 404 404 404 go  go
POST /wuensche/{public_wish}/loeschen                           ask 403 403 403 go  go
POST /wuensche/{wish}/loeschen                                  ask 404 404 404 go  go
GET  /wiki/smartphone-stunde.docx                               200 200 200 200 200 200
GET  /wiki/leiser-entwurf.docx                                  404 404 404 200 200 200
GET  /wiki/netzentwurf.docx                                     404 404 404 404 404 200
GET  /wiki/zurueckgezogen.docx                                  200 200 200 200 200 200
GET  /wiki/entfernt.docx                                        410 410 410 410 410 410
GET  /wiki/smartphone-stunde.json                               200 200 200 200 200 200
GET  /wiki/leiser-entwurf.json                                  404 404 404 200 200 200
GET  /wiki/netzentwurf.json                                     404 404 404 404 404 200
GET  /wiki/zurueckgezogen.json                                  200 200 200 200 200 200
GET  /wiki/entfernt.json                                        410 410 410 410 410 410
GET  /wiki/smartphone-stunde.md                                 200 200 200 200 200 200
GET  /wiki/leiser-entwurf.md                                    404 404 404 200 200 200
GET  /wiki/netzentwurf.md                                       404 404 404 404 404 200
GET  /wiki/zurueckgezogen.md                                    200 200 200 200 200 200
GET  /wiki/entfernt.md                                          410 410 410 410 410 410
GET  /wiki/smartphone-stunde.zip                                200 200 200 200 200 200
GET  /wiki/leiser-entwurf.zip                                   404 404 404 200 200 200
GET  /wiki/netzentwurf.zip                                      404 404 404 404 404 200
GET  /wiki/zurueckgezogen.zip                                   200 200 200 200 200 200
GET  /wiki/entfernt.zip                                         410 410 410 410 410 410
GET  /wiki/smartphone-stunde/mitnehmen                          200 200 200 200 200 200
GET  /wiki/leiser-entwurf/mitnehmen                             404 404 404 200 200 200
GET  /wiki/netzentwurf/mitnehmen                                404 404 404 404 404 200
GET  /wiki/zurueckgezogen/mitnehmen                             200 200 200 200 200 200
GET  /wiki/smartphone-stunde/mitnehmen/pdf                      404 404 404 404 404 404
GET  /wiki/leiser-entwurf/mitnehmen/pdf                         404 404 404 404 404 404
GET  /wiki/entfernt/mitnehmen/pdf                               410 410 410 410 410 410
GET  /wiki/nachmittag-am-geraet/mitnehmen                       200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/packliste             200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/einladung             200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/wand                  200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/pdf                   200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/zip                   200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/mitnehmen/kalender              404 404 404 404 404 404
GET  /wiki/nachmittag-am-geraet/mitnehmen/gibt-es-nicht         404 404 404 404 404 404
GET  /wiki/entfernt/mitnehmen                                   410 410 410 410 410 410
POST /wiki/ohne-rezept/rezept                                   ask 403 go  go  go  go
POST /wiki/smartphone-stunde/rezept                             ask 403 404 404 404 404
POST /wiki/leiser-entwurf/rezept                                ask 404 404 404 404 404
POST /wiki/entfernt/rezept                                      ask 410 410 410 410 410
GET  /wiki/smartphone-stunde/wir-auch                           200 go  go  go  go  go
GET  /wiki/leiser-entwurf/wir-auch                              404 404 404 404 404 404
GET  /wiki/impressum/wir-auch                                   404 404 404 404 404 404
GET  /wiki/zurueckgezogen/wir-auch                              404 404 404 404 404 404
GET  /wiki/entfernt/wir-auch                                    410 410 410 410 410 410
POST /wiki/smartphone-stunde/wir-auch                           422 422 422 422 422 422
POST /wiki/leiser-entwurf/wir-auch                              404 404 404 404 404 404
POST /wiki/entfernt/wir-auch                                    410 410 410 410 410 410
GET  /wiki/smartphone-stunde/wir-auch/danke                     200 200 200 200 200 200
GET  /wiki/leiser-entwurf/wir-auch/danke                        404 404 404 404 404 404
GET  /wiki/entfernt/wir-auch/danke                              410 410 410 410 410 410
GET  /wiki/smartphone-stunde/wir-auch/{told}                    ask 403 403 403 200 200
GET  /wiki/leiser-entwurf/wir-auch/{told}                       ask 404 404 403 404 404
GET  /wiki/entfernt/wir-auch/{told}                             ask 410 410 410 410 410
POST /wiki/smartphone-stunde/wir-auch/{told}/veroeffentlichung  ask 403 403 403 go  go
POST /wiki/leiser-entwurf/wir-auch/{told}/veroeffentlichung     ask 404 404 403 404 404
POST /wiki/smartphone-stunde/wir-auch/{told}/loeschen           ask 403 403 403 go  go
POST /wiki/leiser-entwurf/wir-auch/{told}/loeschen              ask 404 404 403 404 404
GET  /wiki/nachmittag-am-geraet/planen                          200 200 200 200 200 200
POST /wiki/nachmittag-am-geraet/planen                          422 go  go  go  go  go
GET  /wiki/smartphone-stunde/planen                             404 404 404 404 404 404
POST /wiki/smartphone-stunde/planen                             404 404 404 404 404 404
GET  /wiki/leiser-entwurf/planen                                404 404 404 404 404 404
POST /wiki/leiser-entwurf/planen                                404 404 404 404 404 404
GET  /wiki/entfernt/planen                                      410 410 410 410 410 410
POST /wiki/entfernt/planen                                      410 410 410 410 410 410
GET  /wiki/smartphone-stunde/durchfuehren                       200 200 200 200 200 200
GET  /wiki/smartphone-stunde/durchfuehren.js                    200 200 200 200 200 200
GET  /wiki/smartphone-stunde/durchfuehren/bericht               200 200 200 200 200 200
POST /wiki/smartphone-stunde/durchfuehren/bericht               200 go  go  go  go  go
GET  /wiki/nachmittag-am-geraet/durchfuehren                    200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/durchfuehren.js                 200 200 200 200 200 200
GET  /wiki/nachmittag-am-geraet/durchfuehren/bericht            200 200 200 200 200 200
POST /wiki/nachmittag-am-geraet/durchfuehren/bericht            200 go  go  go  go  go
GET  /wiki/leiser-entwurf/durchfuehren                          404 404 404 404 404 404
GET  /wiki/leiser-entwurf/durchfuehren.js                       404 404 404 404 404 404
GET  /wiki/leiser-entwurf/durchfuehren/bericht                  404 404 404 404 404 404
POST /wiki/leiser-entwurf/durchfuehren/bericht                  404 404 404 404 404 404
GET  /wiki/impressum/durchfuehren                               404 404 404 404 404 404
GET  /wiki/impressum/durchfuehren.js                            404 404 404 404 404 404
GET  /wiki/impressum/durchfuehren/bericht                       404 404 404 404 404 404
POST /wiki/impressum/durchfuehren/bericht                       404 404 404 404 404 404
GET  /wiki/zurueckgezogen/durchfuehren                          404 404 404 404 404 404
GET  /wiki/zurueckgezogen/durchfuehren.js                       404 404 404 404 404 404
GET  /wiki/zurueckgezogen/durchfuehren/bericht                  404 404 404 404 404 404
POST /wiki/zurueckgezogen/durchfuehren/bericht                  404 404 404 404 404 404
GET  /wiki/entfernt/durchfuehren                                410 410 410 410 410 410
GET  /wiki/entfernt/durchfuehren.js                             410 410 410 410 410 410
GET  /wiki/entfernt/durchfuehren/bericht                        410 410 410 410 410 410
POST /wiki/entfernt/durchfuehren/bericht                        410 410 410 410 410 410
GET  /neu/plan                                                  200 200 200 200 200 200
POST /neu/plan                                                  422 go  go  go  go  go
GET  /wiki/smartphone-stunde/zeitplan                           200 200 200 200 200 200
POST /wiki/smartphone-stunde/zeitplan                           422 go  go  go  go  go
GET  /wiki/leiser-entwurf/zeitplan                              404 404 404 404 404 404
POST /wiki/leiser-entwurf/zeitplan                              404 404 404 404 404 404
GET  /wiki/impressum/zeitplan                                   404 404 404 404 404 404
POST /wiki/impressum/zeitplan                                   404 404 404 404 404 404
GET  /wiki/zurueckgezogen/zeitplan                              404 404 404 404 404 404
POST /wiki/zurueckgezogen/zeitplan                              404 404 404 404 404 404
GET  /wiki/entfernt/zeitplan                                    410 410 410 410 410 410
POST /wiki/entfernt/zeitplan                                    410 410 410 410 410 410
GET  /zu-tun                                                    ask 200 200 200 200 200
GET  /zwischenstaende                                           ask 200 200 200 200 200
GET  /zwischenstaende/{draft_key}                               ask 404 404 go  404 404
GET  /wiki/smartphone-stunde/bearbeiten?zwischenstand={draft_key} ask 403 404 200 404 404
POST /zwischenstaende/{draft_key}/papierkorb                    ask 404 404 200 404 404
POST /zwischenstaende/{draft_key}/rueckkehr                     ask 404 404 200 404 404
"""
ROWS = [tuple(line.split()) for line in TABLE.strip().splitlines()]
OPEN_TO_ALL = ("/anmelden",)
REFUSED = ("ask", "403", "404", "410")


def test_no_address_is_missing_from_the_table(app: Flask, stage: Stage):
    adapter = app.url_map.bind("localhost")
    tested = set()
    for method, address, *_outcomes in ROWS:
        rule, _values = adapter.match(urlsplit(stage.fill(address)).path, method, return_rule=True)
        tested.add(f"{method} {rule}")
    known = {
        f"{method} {rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert known - tested == set()


@pytest.mark.parametrize("role", ROLES)
def test_each_address_answers_each_person_as_the_table_says(
    role: str, app: Flask, stage: Stage, browser_of: BrowserOf
):
    visitor = Visitor(app, browser_of(role))
    before = everything_in(app)
    expected, found, changed = {}, {}, []
    with closing(sqlite3.connect(database_of(app))) as watch:
        seen = last_commit(watch)
        for method, address, *outcomes in ROWS:
            row = f"{method} {address}"
            expected[row] = outcomes[ROLES.index(role)]
            found[row] = outcome_of(visitor.send(method, stage.fill(address)))
            if last_commit(watch) == seen:
                continue
            if everything_in(app) != before:
                if method == "GET" or expected[row] in REFUSED:
                    changed.append(row)
                stage.restore()
            seen = last_commit(watch)

    assert found == expected
    assert changed == []


NUMBERS = ("base", "bis", "number", "page", "plan", "seite", "v", "version", "von", "zuletzt")


def test_numbers_that_nothing_can_hold_break_nothing(
    app: Flask, stage: Stage, browser_of: BrowserOf
):
    visitor = Visitor(app, browser_of("anke"))
    huge = dict.fromkeys(NUMBERS, "9" * 30)
    broken = []

    with closing(sqlite3.connect(database_of(app))) as watch:
        seen = last_commit(watch)
        for method, address, *_outcomes in ROWS:
            asked = stage.fill(address)
            if method == "GET":
                asked += ("&" if "?" in asked else "?") + urlencode(huge)
            if visitor.send(method, asked, **huge).status_code == 500:
                broken.append(f"{method} {address}")
            if last_commit(watch) != seen:
                stage.restore()
                seen = last_commit(watch)

    assert broken == []


@pytest.mark.parametrize("role", ROLES[1:])
def test_what_concerns_the_account_asks_again_after_an_hour(
    role: str, app: Flask, stage: Stage, browser_of: BrowserOf
):
    browser = browser_of(role)
    with browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3_700
    visitor = Visitor(app, browser)
    before = everything_in(app)
    sensitive = (
        "/konto/adresse",
        "/konto/daten.json",
        "/konto/passkeys",
        "/konto/passkeys/loeschen",
        "/konto/schliessen",
        "/konto/zwei-schritte",
        "/konto/zwei-schritte/ersatzcodes",
    )
    for address in sensitive:
        for method in ("GET",) if address.endswith("json") else ("GET", "POST"):
            answer = visitor.send(method, address)
            assert urlsplit(answer.location or "").path == "/konto/bestaetigen", (method, address)

    assert everything_in(app) == before


def test_deniz_changes_nothing_without_a_secret(app: Flask, stage: Stage, browser_of: BrowserOf):
    visitor = Visitor(app, browser_of("nobody"))
    before = everything_in(app)
    for method, address, *_outcomes in ROWS:
        # A try to sign in is counted, and that is all it changes.
        if method == "POST" and "_secret}" not in address and address not in OPEN_TO_ALL:
            visitor.send(method, stage.fill(address))

    assert everything_in(app) == before


@pytest.mark.parametrize(
    "address",
    [
        "/labore/menden/menschen/{bilal}/rolle",
        "/labore/menden/menschen/{bilal}/entfernen",
        "/labore/menden/menschen/einladungen/{invitation}/zurueckziehen",
    ],
)
def test_an_editor_reaches_nobody_elses_people_through_their_own_lab(
    address: str, app: Flask, stage: Stage, browser_of: BrowserOf, labs: dict[str, Lab]
):
    with writing() as session:
        membership = session.query(Membership).filter_by(user_id=stage.cast.carla).one()
        membership.role = "editor"
    before = everything_in(app)

    answer = Visitor(app, browser_of("carla")).send("POST", stage.fill(address))

    assert answer.status_code == 404
    assert everything_in(app) == before


def test_a_page_cannot_be_written_into_a_lab_one_does_not_belong_to(
    app: Flask, stage: Stage, browser_of: BrowserOf
):
    visitor = Visitor(app, browser_of("gabi"))

    answer = visitor.send("POST", "/neu/rezept", lab="soest", title="Eingeschlichen")

    assert answer.location == "/wiki/eingeschlichen"
    row = db.session.execute(db.text("SELECT lab_id FROM page WHERE slug = 'eingeschlichen'"))
    assert row.scalar_one() == db.session.query(Lab).filter_by(slug="nachbar").one().id


def last_commit(watch: sqlite3.Connection) -> int:
    """Another number after every commit of anybody else: without one, nothing can have changed."""
    return int(watch.execute("PRAGMA data_version").fetchone()[0])


class Visitor:
    """One person's browser, opened anew for each request, with a token from a real page."""

    def __init__(self, app: Flask, browser: FlaskClient) -> None:
        self._app = app
        is_nobody = browser.get_cookie("session") is None
        self._token = token(browser, "/anmelden" if is_nobody else "/konto")
        cookie = browser.get_cookie("session")
        assert cookie is not None
        self._session = cookie.value

    def send(self, method: str, address: str, **more: str) -> TestResponse:
        browser = self._app.test_client()
        browser.set_cookie("session", self._session)
        if method == "GET":
            return browser.get(address)
        endpoint, _values = self._app.url_map.bind("localhost").match(address, "POST")
        fields = FIELDS.get(endpoint, {})
        return browser.post(address, data={**fields, **more, "csrf_token": self._token})


def outcome_of(answer: TestResponse) -> str:
    if answer.location is None:
        return str(answer.status_code)
    place = urlsplit(answer.location)
    asks = place.path == "/anmelden" and "next" in parse_qs(place.query)
    return "ask" if asks else "go"
