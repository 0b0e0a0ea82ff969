"""The words that titles are made of, kept by the database itself: whoever writes a title, one by one or by the thousand, adds its words."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

WORDS_OF_A_TITLE = """
CREATE FUNCTION records_words_of(title text) RETURNS SETOF text LANGUAGE sql IMMUTABLE AS $$
    SELECT DISTINCT word FROM regexp_split_to_table(lower(title), '[^[:alnum:]]+') word WHERE word ~ '^[[:alpha:]]{4,40}$'
$$;
"""
# Without looking through the table: a plan made while it was empty would be kept for a whole bulk load.
NOTE_TITLE_WORDS = """
CREATE FUNCTION records_note_title_words() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO records_titleword (word) SELECT w FROM records_words_of(NEW.title) w
        WHERE NOT EXISTS (SELECT 1 FROM records_titleword known WHERE known.word = w);
    RETURN NULL;
END $$;
CREATE TRIGGER records_note_title_words AFTER INSERT OR UPDATE OF title ON records_recordfile
    FOR EACH ROW EXECUTE FUNCTION records_note_title_words();
CREATE TRIGGER records_note_title_words AFTER INSERT OR UPDATE OF title ON records_document
    FOR EACH ROW EXECUTE FUNCTION records_note_title_words();
"""
OF_TITLES_SO_FAR = """
INSERT INTO records_titleword (word)
    SELECT w FROM records_recordfile, records_words_of(title) w UNION SELECT w FROM records_document, records_words_of(title) w;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0006_former_references")]

    operations = [
        migrations.CreateModel(
            name="TitleWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["word"], name="title_word"),
                    GinIndex(OpClass("word", name="gin_trgm_ops"), name="title_word_trgm"),
                ],
            },
        ),
        migrations.RunSQL(WORDS_OF_A_TITLE, "DROP FUNCTION records_words_of(text);"),
        migrations.RunSQL(
            NOTE_TITLE_WORDS,
            "DROP TRIGGER records_note_title_words ON records_recordfile; DROP TRIGGER records_note_title_words ON records_document;"
            "DROP FUNCTION records_note_title_words();",
        ),
        migrations.RunSQL(OF_TITLES_SO_FAR, migrations.RunSQL.noop),
    ]
