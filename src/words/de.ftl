# Was auf Deutsch gesagt wird. Die Schlüssel und ihre Fälle sind in jeder Sprache dieselben.
# Werte sind schon reiner Text; Zahlen und Tage sind schon so geschrieben, wie es üblich ist.

## Namen

date = { $day }. { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
} { $year }

list = { $first } und { $last }

under = unter { $points }

channel = { $channel ->
    [blog] Blog
    [other] Anderes Netzwerk
   *[named] { $title }
}

place = { $channel ->
    [blog] Im Blog
    [other] Im anderen Netzwerk
   *[named] Bei { $title }
}

signal = { $signal ->
    [like] Likes
    [reshare] geteilte Beiträge
    [reply] Antworten
    [bookmark] Lesezeichen
    [quote] Zitate
    [vote] Stimmen
    [accepted] akzeptierte Antworten
    [endorsement] Empfehlungen
    [star] Sterne
    [fork] Forks
    [mention] Erwähnungen
    [note] Anmerkungen
    [view] Aufrufe
   *[unknown] { $signal }
}

kind = { $kind ->
    [curation] gemerkt oder gelobt
    [conversation] beantwortet
    [amplification] weitergegeben
    [approval] gutgeheißen
   *[unknown] { $kind }
}

more-of-kind = { $kind ->
    [curation] Lesezeichen, Sternen oder Empfehlungen
    [conversation] Antworten oder Erwähnungen
    [amplification] geteilten oder zitierten Beiträgen
    [approval] Likes oder Stimmen
   *[unknown] Reaktionen
}

item-name = { $item ->
    [post] diesem Beitrag
    [reply] dieser Antwort
    [thread] dieser Fortsetzung
    [quote] diesem Zitat
    [article] diesem Artikel
    [photo] diesem Foto
    [video] diesem Video
    [story] dieser Story
    [question] dieser Frage
    [answer] dieser Antwort
    [repository] diesem Repository
    [issue] dieser Meldung
    [pull_request] diesem Vorschlag
    [release] dieser Version
    [skill] dieser Fähigkeit
    [recommendation] dieser Empfehlung
   *[unknown] diesem Eintrag
}

## Die Punktzahl

score = { $own ->
    [yes] Ihre Punktzahl ist { $points } von 100, Stand { $day }.
   *[no] Die Punktzahl ist { $points } von 100, Stand { $day }.
}

no-score = { $own ->
    [yes] Für Sie gibt es noch keine Punktzahl, Stand { $day }.
   *[no] Es gibt noch keine Punktzahl, Stand { $day }.
}

no-score-meaning = Das ist keine Wertung: Es heißt nur, dass zu wenig bekannt ist.

interval = Manches läuft durch Zufall gut oder schlecht: Jede Zahl von { $low } bis { $high } passt etwa gleich gut zu den Belegen.

interval-meaning = { $own ->
    [yes] Diese Spanne zeigt den Zufall in den Belegen und sagt nichts über Sie.
   *[no] Diese Spanne zeigt den Zufall in den Belegen und sagt nichts über den Menschen.
}

baseline = Davon sind { $points } Punkte der Sockel: Es gibt sie auch ganz ohne Belege.

## Woraus sie besteht

reasons = { $count ->
    [one] Das trägt am meisten bei:
   *[other] Diese { $count } Dinge tragen am meisten bei:
}

reason = { $place } brachten { $signals } von anderen { $points } Punkte.

channel-part = { $place } { $items ->
    [one] brachte ein Eintrag
   *[other] brachten { $items } Einträge
} mit Reaktionen { $points } Punkte; ohne diesen Kanal wären es insgesamt { $without }.

channel-all = { $place } { $items ->
    [one] brachte ein Eintrag
   *[other] brachten { $items } Einträge
} mit Reaktionen { $points } Punkte; ohne diesen Kanal gäbe es keine Punktzahl.

channel-silent = { $place } ist keine Reaktion von anderen bekannt. Das bringt nichts und kostet nichts.

channel-evidence = { $place } { $items ->
    [one] hat ein Eintrag
   *[other] haben { $items } Einträge
} eine Reaktion von anderen.

missing = { $place } fehlen diese Zahlen: { $signals }. Dafür wurde nichts abgezogen.

item = { $place } kamen { $points } Punkte von { $item } vom { $day }{ $excerpt ->
    [none] .
   *[some] : „{ $excerpt }“.
}

## Was sie ändern würde

more-reactions = Mit { $count } neuen { $kind } von heute wären es { $points } Punkte.

more-items = { $count ->
    [one] Für eine Punktzahl fehlt noch ein Eintrag mit einer Reaktion von anderen.
   *[other] Für eine Punktzahl fehlen noch { $count } Einträge mit einer Reaktion von anderen.
}

recent-reactions = { $count ->
    [one] Für eine Punktzahl fehlt noch eine neue Reaktion von anderen.
   *[other] Für eine Punktzahl fehlen noch { $count } neue Reaktionen von anderen.
}

forecast = Kommt nichts Neues dazu, sind es in { $days } Tagen { $points } Punkte.

forecast-none = Kommt nichts Neues dazu, gibt es in { $days } Tagen keine Punktzahl.

## Wie weit man ihr trauen kann

uploaded = { $share ->
    [all] Alle Belege stammen
    [most] Die meisten Belege ({ $percent } %) stammen
    [half] Etwa die Hälfte der Belege ({ $percent } %) stammt
   *[part] Ein kleiner Teil der Belege ({ $percent } %) stammt
} aus Dateien, die jemand hochlud und vorher ändern konnte.

fetched = { $share ->
    [all] Alle Belege hat dieser Dienst selbst bei den Netzen gelesen.
   *[rest] Den Rest hat dieser Dienst selbst bei den Netzen gelesen.
}

doubt = { $doubt ->
    [ONE_ITEM] { $place } trägt ein einziger Eintrag mehr als die Hälfte des Gewichts.
    [ONE_DAY] { $place } tragen die Einträge eines Tages mehr als die Hälfte des Gewichts.
    [CONTRADICTED] { $place } nennt eine Datei mehr als das Netz selbst; es zählt, was das Netz sagt.
   *[unknown] { $place } ist an den Belegen etwas fraglich.
}

doubts-meaning = Solche Zweifel ändern keine Zahl; sie werden nur genannt.

no-reference = Die Skala wurde noch an keiner Gruppe geprüft; 40 heißt also nicht Durchschnitt.

reference = Die Skala wurde an dieser Gruppe eingestellt: „{ $sample }“.

limits = Die Zahl sagt nur, wie andere auf öffentliche Beiträge reagiert haben.

not-said = Sie sagt nichts über Leistung im Beruf, Charakter, Gesundheit oder Ansichten.

breadth = { $own ->
    [yes] Wie viele Netzwerke Sie nutzen, spielt keine Rolle.
   *[no] Wie viele Netzwerke jemand nutzt, spielt keine Rolle.
}

not-distinguishable = Liegen zwei Zahlen näher, als ihre Spannen zusammen breit sind, lassen sie sich nicht unterscheiden.

human = Ein Mensch muss entscheiden und darf es nicht dieser Zahl überlassen.

contest = Ist hier etwas falsch, können Sie dem widersprechen: bei der Stelle, die diesen Dienst betreibt.

withdraw = Sie können jede Einwilligung jederzeit widerrufen, und das gilt sofort.

## Eine Änderung

rose = Vom { $from } bis zum { $to } stieg die Punktzahl um { $points } Punkte.

fell = Vom { $from } bis zum { $to } fiel die Punktzahl um { $points } Punkte.

unchanged = Vom { $from } bis zum { $to } blieb die Punktzahl gleich.

evidence-changed = { $place } haben andere Belege als vorher { $points } Punkte bewirkt.

time-changed = Die vergangene Zeit hat { $points } Punkte bewirkt.

model-changed = Ein neuer Weg der Berechnung hat { $points } Punkte bewirkt.

change-sum = Zusammen ergeben diese Teile genau die ganze Änderung.

## Für die Prüfung

audit-name = Der Name der Punktzahl ist { $name }.

audit-score = Die Punktzahl ist { $points }, die Spanne reicht von { $low } bis { $high }.

audit-state = Der Zustand der Punktzahl ist { $state }.

audit-day = Sie gilt für den { $day } und beruht auf Fassung { $revision } vom { $counted }.

audit-model = Das Modell ist { $model }, und sein SHA-256 ist { $digest }.

audit-channels = Die Punktzahl darf diese Kanäle nutzen: { $channels }.

audit-baseline = Der Sockel beträgt { $points } Punkte.

audit-kind = Reaktionen der Art „{ $kind }“ brachten in allen Kanälen { $points } Punkte.

audit-channel = { $place } hatten { $reacted } von { $items } Einträgen Reaktionen und brachten { $points } Punkte.

audit-without = { $place } alles weggelassen, wären es { $points } Punkte.

audit-without-none = { $place } alles weggelassen, gäbe es keine Punktzahl.

audit-signal = { $place } brachten { $signal } { $points } Punkte, gezählt { $reactions ->
    [one] einmal
   *[other] { $reactions } Mal
} auf { $items ->
    [one] einem Eintrag
   *[other] { $items } Einträgen
}.

audit-others = { $place } brachten { $signal } auf { $items ->
    [one] einen Eintrag, der nicht genannt ist,
   *[other] { $items } Einträge, die nicht genannt sind,
} { $points } Punkte.

audit-item = { $place } brachte der Eintrag { $item } vom { $day } { $points } Punkte.

audit-contradicted = { $place } nannte das Netz weniger als eine Datei, und zwar bei { $items ->
    [one] einem Eintrag
   *[other] { $items } Einträgen
}.

audit-uploaded = Von den Belegen wurden { $percent } % hochgeladen.

audit-reference = Der SHA-256 der Gruppe hinter der Skala ist { $digest }.

audit-verify = Jede Zahl lässt sich ohne Server prüfen, und zwar mit „glasklar verify“ und dieser Datei.

audit-entry = Eintrag { $index } des Protokolls hält fest, dass dies gezeigt wurde.

audit-digest = Der SHA-256 der gezeigten Bytes ist { $digest }.

audit-entry-verify = Im Protokoll muss der gleiche Wert stehen; „glasklar audit verify“ prüft es.

## Für den Betrieb

operator-scored = Die Belege reichten für eine Punktzahl.

operator-none = Die Belege reichten nicht für eine Punktzahl.

operator-model = Das Modell ist { $model }, und sein SHA-256 ist { $digest }.

operator-level = { $place } gibt es { $level ->
    [none] keine
    [little] wenige
    [some] einige
   *[much] viele
} Belege.

operator-calm = An den Belegen ist nichts fraglich.

## Bilder

picture-title = { $state ->
    [SCORED] Punktzahl { $points } von 100
   *[none] Noch keine Punktzahl
}

picture-day = Stand { $day }

picture-baseline = Sockel

picture-baseline-note = ganz ohne Belege

picture-without = ohne ihn { $points }

picture-without-none = ohne ihn keine Punktzahl

picture-missing = fehlt: { $signals }

picture-signals = { $signal }: { $count }

picture-others = { $items ->
    [one] Ein weiterer Eintrag
   *[other] { $items } weitere Einträge
}

picture-score = Punktzahl

picture-range = Spanne

picture-range-note = von { $low } bis { $high }

picture-row = { $label }: { $points } Punkte{ $note ->
    [none] .
   *[some] , { $note }.
}

picture-description = Balken vom Sockel bis zur Punktzahl; jeder Teil beginnt, wo der vorige endet.

## Themen

topic-claim = { $own ->
    [yes] Sie sind bekannt für { $topic }: Andere schätzten { $received } Ihrer { $authored } Einträge dazu.
   *[no] { $topic } ist belegt: Andere schätzten { $received } von { $authored } Einträgen dazu.
}

topic-emerging = Sie werden vielleicht bekannt für { $topic }: Andere schätzten { $received } Ihrer Einträge dazu. Nur Sie sehen das.

topic-needed = Ein Thema braucht { $items } geschätzte Einträge an { $days } Tagen in einem Jahr.

topic-audience = Wer Sie liest, mag { $topic }: Andere sprachen unter { $heard } Ihrer Einträge davon.

topic-audience-meaning = Das zeigt, was andere wissen, nicht was Sie wissen. Darum zählt es nicht, und nur Sie sehen es.

topic-nothing = Zu { $topic } gibt es zu wenig, um etwas zu sagen.

topic-rank = { $own ->
    [yes] Von { $candidates } Personen, die sich zählen lassen, sind Sie unter den besten { $percent } Prozent.
   *[no] Von { $candidates } Personen, die sich zählen lassen, ist diese unter den besten { $percent } Prozent.
}

topic-causes = Gefunden an diesen Worten: „{ $causes }“.

topic-meaning = Ein Thema zeigt, was andere schätzten. Es zeigt nicht, wie gut jemand eine Arbeit macht.
