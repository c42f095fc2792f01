# What is said in English. The keys, and the cases of each, are the same in every language.
# Values are plain text already; numbers and dates are written in the language's own way.

## Names

date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }

list = { $first } and { $last }

under = under { $points }

channel = { $channel ->
    [blog] Blog
    [other] Other network
   *[named] { $title }
}

place = { $channel ->
    [blog] On the blog
    [other] On the other network
   *[named] On { $title }
}

signal = { $signal ->
    [like] likes
    [reshare] reshares
    [reply] replies
    [bookmark] bookmarks
    [quote] quotes
    [vote] votes
    [accepted] accepted answers
    [endorsement] endorsements
    [star] stars
    [fork] forks
    [mention] mentions
    [note] notes
    [view] views
   *[unknown] { $signal }
}

kind = { $kind ->
    [curation] kept or praised
    [conversation] answered
    [amplification] passed on
    [approval] approved
   *[unknown] { $kind }
}

more-of-kind = { $kind ->
    [curation] bookmarks, stars or endorsements
    [conversation] replies or mentions
    [amplification] reshares or quotes
    [approval] likes or votes
   *[unknown] reactions
}

item-name = { $item ->
    [post] post
    [reply] reply
    [thread] thread
    [quote] quote
    [article] article
    [photo] photo
    [video] video
    [story] story
    [question] question
    [answer] answer
    [repository] repository
    [issue] issue
    [pull_request] proposed change
    [release] release
    [skill] skill
    [recommendation] endorsement
   *[unknown] item
}

## The score

score = { $own ->
    [yes] Your score is { $points } out of 100, as of { $day }.
   *[no] The score is { $points } out of 100, as of { $day }.
}

no-score = { $own ->
    [yes] There is no score for you yet, as of { $day }.
   *[no] There is no score yet, as of { $day }.
}

no-score-meaning = This is not a rating: it only means that too little is known.

interval = Single posts do well or badly by chance: any score from { $low } to { $high } fits this evidence about as well.

interval-meaning = { $own ->
    [yes] This range is about chance in the evidence, not about you.
   *[no] This range is about chance in the evidence, not about the person.
}

baseline = Of these points, { $points } are the baseline, which is there with no evidence at all.

## What it is made of

reasons = { $count ->
    [one] This is what adds the most:
   *[other] These { $count } things add the most:
}

reason = { $place }, { $signals } by others added { $points } points.

channel-part = { $place }, { $items ->
    [one] one item with reactions
   *[other] { $items } items with reactions
} added { $points } points; without this channel the score would be { $without }.

channel-all = { $place }, { $items ->
    [one] one item with reactions
   *[other] { $items } items with reactions
} added { $points } points; without this channel there would be no score.

channel-silent = { $place }, no reaction by others is known. Nothing was added or taken away.

channel-evidence = { $place }, { $items ->
    [one] one item has
   *[other] { $items } items have
} a reaction by others.

missing = { $place }, these counts are missing: { $signals }. Nothing was subtracted for that.

item = { $place }, { $points } points came from this { $item } of { $day }{ $excerpt ->
    [none] .
   *[some] : “{ $excerpt }”.
}

## What would change it

more-reactions = With { $count } new { $kind } today, the score would be { $points }.

more-items = { $count ->
    [one] One more item with a reaction by others is needed for a score.
   *[other] { $count } more items with a reaction by others are needed for a score.
}

recent-reactions = { $count ->
    [one] One new reaction by others is needed for a score.
   *[other] { $count } new reactions by others are needed for a score.
}

forecast = Without new activity, the score would be { $points } in { $days } days.

forecast-none = Without new activity, there would be no score in { $days } days.

## How far to trust it

uploaded = { $share ->
    [all] All of the evidence comes
    [most] Most of the evidence ({ $percent }%) comes
    [half] About half of the evidence ({ $percent }%) comes
   *[part] A small part of the evidence ({ $percent }%) comes
} from uploaded files, which somebody could have changed.

fetched = { $share ->
    [all] All of the evidence was read from the networks by this service itself.
   *[rest] The rest was read from the networks by this service itself.
}

doubt = { $doubt ->
    [ONE_ITEM] { $place }, one single item carries more than half of the weight.
    [ONE_DAY] { $place }, the items of one day carry more than half of the weight.
    [CONTRADICTED] { $place }, an upload claims more than the network tells; the network's count was used.
   *[unknown] { $place }, something about the evidence is in doubt.
}

doubts-meaning = Such doubts change no number; they are only named.

no-reference = The scale was not tested on a group of people yet, so 40 does not mean average.

reference = The scale was set with the help of this group: “{ $sample }”.

limits = The score only says how others reacted to public posts.

not-said = It says nothing about skill at work, character, health or views.

breadth = { $own ->
    [yes] How many networks you use makes no difference.
   *[no] How many networks a person uses makes no difference.
}

not-distinguishable = Two scores closer than the joint width of their ranges cannot be told apart.

human = A human being must make the decision, and must not leave it to this number.

contest = If something here is wrong, you can contest it with whoever runs this service.

withdraw = You can withdraw any consent at any time, and it takes effect at once.

## A change

rose = From { $from } to { $to }, the score rose by { $points } points.

fell = From { $from } to { $to }, the score fell by { $points } points.

unchanged = From { $from } to { $to }, the score stayed the same.

evidence-changed = { $place }, other evidence than before changed it by { $points } points.

time-changed = The passing of time changed it by { $points } points.

model-changed = A new way to compute it changed it by { $points } points.

change-sum = Together, these parts are the whole change.

## For auditors

audit-name = The name of the score is { $name }.

audit-score = The score is { $points } points, and its range goes from { $low } to { $high }.

audit-state = The state of the score is { $state }.

audit-day = It was computed for { $day }, from revision { $revision } of { $counted }.

audit-model = The model is { $model }, and its SHA-256 is { $digest }.

audit-channels = The score may use these channels: { $channels }.

audit-baseline = The baseline is { $points } points.

audit-kind = Reactions of the kind “{ $kind }” added { $points } points on all channels.

audit-channel = { $place }, { $reacted } of { $items } items had reactions and added { $points } points.

audit-without = { $place }, leaving all of it out would make the score { $points } points.

audit-without-none = { $place }, leaving all of it out would leave no score.

audit-signal = { $place }, { $signal } added { $points } points, counted { $reactions ->
    [one] once
   *[other] { $reactions } times
} on { $items ->
    [one] one item
   *[other] { $items } items
}.

audit-others = { $place }, { $signal } on { $items ->
    [one] one item that is not listed
   *[other] { $items } items that are not listed
} added { $points } points.

audit-item = { $place }, the item { $item } of { $day } added { $points } points.

audit-contradicted = { $place }, the network told less than an upload for { $items ->
    [one] one item
   *[other] { $items } items
}.

audit-uploaded = Of the evidence, { $percent }% was uploaded.

audit-reference = The SHA-256 of the group behind the scale is { $digest }.

audit-verify = To check every number, run “glasklar verify” on this file; it needs no server.

audit-entry = Entry { $index } of the ledger records that this was released.

audit-digest = The SHA-256 of the released bytes is { $digest }.

audit-entry-verify = The entry must name the same digest; “glasklar audit verify” checks the ledger.

## For operators

operator-scored = The evidence was enough for a score.

operator-none = The evidence was not enough for a score.

operator-model = The model is { $model }, and its SHA-256 is { $digest }.

operator-level = { $place }, there is { $level ->
    [none] no
    [little] little
    [some] some
   *[much] much
} evidence.

operator-calm = There are no doubts about the evidence.

## Pictures

picture-title = { $state ->
    [SCORED] Score { $points } out of 100
   *[none] No score yet
}

picture-day = as of { $day }

picture-baseline = Baseline

picture-baseline-note = with no evidence at all

picture-without = without it { $points }

picture-without-none = without it no score

picture-missing = not told: { $signals }

picture-signals = { $signal }: { $count }

picture-others = { $items ->
    [one] One other item
   *[other] { $items } other items
}

picture-score = Score

picture-range = Range

picture-range-note = from { $low } to { $high }

picture-row = { $label }: { $points } points{ $note ->
    [none] .
   *[some] , { $note }.
}

picture-description = Bars from the baseline to the score; each part begins where the one before it ended.

## Topics

topic-claim = { $own ->
    [yes] You are known for { $topic }: others valued { $received } of your { $authored } items on it.
   *[no] { $topic } is claimed: others valued { $received } of { $authored } items on it.
}

topic-emerging = You may become known for { $topic }: others valued { $received } of your items on it. Only you see this.

topic-needed = A claim needs { $items } valued items on { $days } days within a year.

topic-audience = Your readers care about { $topic }: others spoke of it under { $heard } of your items.

topic-audience-meaning = That says what they know, not what you know. So it is no claim, and only you see it.

topic-nothing = There is too little on { $topic } to say a thing.

topic-rank = { $own ->
    [yes] Of { $candidates } people who let us count them, you are in the top { $percent } percent.
   *[no] Of { $candidates } people who let us count them, this one is in the top { $percent } percent.
}

topic-causes = It was found by these words: “{ $causes }”.

topic-meaning = A topic says what others valued. It does not say how well a job will be done.
