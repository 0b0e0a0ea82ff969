"""HTML and text."""

from __future__ import annotations

from tests.foundation.mail.expecting import Expected, expected

MAILS: dict[str, Expected] = {
    "both_forms": expected(subject="Beide", text="als Text", html="<p>als <b>HTML</b></p>"),
    "both_forms_text_empty": expected(subject="Leerer Text", text="als HTML", html="<p>als <b>HTML</b></p>"),
    "html_conditional_of_office": expected(subject="Word", text="Text", html="<div>Text</div>"),
    "html_inline_image": expected(
        subject="Bild",
        text="Siehe [Bildschirm]",
        html='<p>Siehe <img src="cid:bild1@x" alt="Bildschirm"></p>',
        attachments=[("image001.png", "image/png", b"\x89PNG\r\n\x1a\n", "bild1@x", "inline")],
    ),
    "html_links": expected(
        subject="Links",
        text="eins zwei drei <https://gut.example/> vier <a@b.example> fünf sechs https://gut.example/",
        html='<p><a rel="noopener noreferrer">eins</a> <a rel="noopener noreferrer">zwei</a> <a href="https://gut.example/" rel="noopener noreferrer">drei</a> <a href="mailto:a@b.example" rel="noopener noreferrer">vier</a> <a rel="noopener noreferrer">fünf</a> <a rel="noopener noreferrer">sechs</a> <a href="https://gut.example/" rel="noopener noreferrer">https://gut.example/</a></p>',
    ),
    "html_lists_and_tables": expected(
        subject="Tabelle",
        text="Titel\n\n3. drei\n4. vier\n\n- Punkt\n\na\tb\nc\td\n\n> alt\n> älter\n\nx  y\n  z\n\nohne & mit <b>",
        new_text="Titel\n\n3. drei\n4. vier\n\n- Punkt\n\na\tb\nc\td\n\nx  y\n  z\n\nohne & mit <b>",
        html='<h1>Titel</h1><ol start="3"><li>drei</li><li>vier</li></ol><ul><li>Punkt</li></ul><table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table><blockquote>alt<br>älter</blockquote><pre>x  y\n  z</pre>ohne &amp; mit&nbsp;&lt;b&gt;',
    ),
    "html_script": expected(subject="HTML", text="Der Drucker\n\nFeld", html="<p>Der <b>Drucker</b></p>Feld"),
    "html_tracking": expected(subject="Zählpixel", text="Hallo\n\nEnde", html="<p>Hallo</p><p>Ende</p>", remote_images=3),
    "html_tricks": expected(
        subject="Tricks",
        text="x\n\ny\n\nr\n\nc\n\nvzwei",
        html='x<p>y</p><a rel="noopener noreferrer">r</a><table><tbody><tr><td>c</td></tr></tbody></table>v<a rel="noopener noreferrer">zwei</a>',
    ),
    "two_bodies": expected(
        subject="Zwei Texte",
        text="Erster\n\nZweiter\n\nDritter",
        html="<p>Erster</p>\n<p>Zweiter</p>\n<p>Dritter</p>",
        attachments=[("attachment-1.png", "image/png", b"bild", "inline")],
    ),
}
