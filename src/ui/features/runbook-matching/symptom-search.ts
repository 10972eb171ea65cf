import { Fzf } from 'fzf';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import type { Runbook } from '../../../domain/runbooks/runbook.ts';
import { editDistance } from '../../../domain/text/closest-word.ts';
import { memoizeLast } from '../../shell/state/memoize.ts';
import { type RunbookText, runbookTexts } from './runbook-words.ts';

/** A runbook that mentions a symptom. */
export interface SymptomMatch {
  readonly runbook: Runbook;
  readonly score: number;
  /** The best matching text, with its part: 'signal: Open circuit breakers'. */
  readonly excerpt: string;
}

/** Words that say nothing about a symptom. */
const stopWords: ReadonlySet<string> = new Set(
  (
    'a an and are as at be been but by can cannot do does for from get gets has have i in is it its keep keeps me my ' +
    'no not of on or our so some still than that the their there this to too up us was we what when where which why ' +
    'will with you your please help too very just again all any error errors info warn level msg time at ms ' +
    'after am came come comes complain complaining complains did everyone everything forever go goes into pm since ' +
    'take takes they through went while'
  ).split(' '),
);

/** 'HTTPServer503s' → http server 503 s: words of camel case, and numbers apart from letters. */
const wordsOf = (text: string): readonly string[] =>
  text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 || /\d/.test(word));

/** Stems of the words of all runbooks, and of what is typed. */
const stems = new Map<string, string>();
const mostStems = 20_000;

/** A word without the ending of its plural or its verb form, so that 'leaking' finds 'leaks'. */
const stemOf = (word: string): string => {
  const had = stems.get(word);
  if (had !== undefined) return had;
  if (stems.size >= mostStems) stems.clear();
  const stem = withoutEnding(word);
  stems.set(word, stem);
  return stem;
};

const withoutEnding = (word: string): string => {
  // 'compensated' and 'compensation', but not 'state' and 'station'.
  const root = word.replace(/(?:ations?|ated|ates?|ating)$/, '');
  if (root !== word && root.length >= 5) return root;
  const stem = word.replace(/(?:ations?|ing|ings|ed|es|s|ies|ive|ion|ions|ment)$/, '');
  return stem.length >= 3 ? stem : word;
};

/** Words that say how much, and not of what: 'p99 too high' is about the p99. */
const measures: ReadonlySet<string> = new Set(
  'big climbing full growing grows high higher huge increase increased increasing large long low many much rising'.split(
    ' ',
  ),
);

/** The part of the weight of another word that a measure has. */
const measureShare = 0.5;

/** A time of day or a percentage; an exit code and a status have three digits. */
const isSmallNumber = (word: string): boolean => /^\d{1,2}$/.test(word);

/** Words that operators use for each other. The first of a line is not preferred. */
const synonyms: readonly (readonly string[])[] = [
  ['db', 'database', 'postgres', 'postgresql', 'sql'],
  ['cb', 'breaker', 'circuitbreaker'],
  ['mem', 'memory', 'heap', 'ram'],
  ['oom', 'oomkilled', 'outofmemory', 'memory', '137'],
  ['crash', 'crashed', 'crashing', 'crashloop', 'crashloopbackoff', 'panic', 'died', 'dead', 'killed'],
  ['slow', 'latency', 'sluggish', 'p95', 'p99', 'response'],
  ['5xx', '500', '502', '503', '504', 'errors', 'error'],
  ['lag', 'backlog', 'behind', 'stuck', 'pile', 'piling', 'delay', 'delayed'],
  ['undo', 'revert', 'rollback', 'back'],
  ['release', 'deploy', 'deployment', 'rollout', 'version'],
  ['down', 'unreachable', 'refused', 'unavailable', 'outage', 'offline', 'gone'],
  ['respond', 'responding', 'answer', 'answering', 'unavailable', 'unresponsive', 'hang', 'hanging', 'hangs'],
  ['host', 'hosts', 'server', 'servers', 'machine', 'vm'],
  ['saga', 'sagas', 'transaction', 'transactions', 'workflow', 'workflows'],
  ['missing', 'lost', 'absent', 'exist'],
  ['connection', 'connections', 'conn', 'pool', 'hikari'],
  ['full', 'exhausted', 'saturated', 'space'],
  ['disk', 'filesystem', 'device', 'storage', 'volume'],
  ['cert', 'certificate', 'tls', 'ssl', 'x509'],
  ['login', 'auth', 'authentication', 'unauthorized', '401', 'password'],
  ['backup', 'dump'],
  ['lock', 'locked', 'locks', 'blocked', 'blocking', 'deadlock'],
  ['broker', 'kafka', 'redis', 'messaging'],
  ['cpu', 'load', 'processor'],
  ['restart', 'reboot', 'bounce'],
  ['silence', 'mute', 'snooze'],
  ['port', 'address', 'bind', 'listen'],
];

const synonymsOf = (word: string): readonly string[] => [
  ...new Set(
    synonyms
      .filter((line) => line.includes(word))
      .flat()
      .filter((synonym) => synonym !== word),
  ),
];

/** A searched word and how well each word of the vocabulary matches it, 0 to 1. */
type Matches = ReadonlyMap<string, number>;

/** Longest word whose letters are searched in order, and most edits of a typing error. */
const fewLetters = 4;
const longWord = 8;

const qualityOf = (word: string, known: string): number => {
  if (word === known) return 1;
  if (stemOf(word) === stemOf(known)) return 0.9;
  if (word.length >= 3 && known.startsWith(word)) return 0.7;
  if (word.length >= 4 && known.length >= 4 && (known.includes(word) || word.includes(known))) return 0.5;
  if (/\d/.test(word) || word.length < fewLetters || known.length < fewLetters - 1) return 0;
  if (Math.abs(word.length - known.length) > 2 || word[0] !== known[0]) return 0;
  const edits = editDistance(word, known);
  if (edits <= (word.length >= longWord ? 2 : 1)) return 0.6;
  // A typing error, and another ending: 'complting' for 'completed'.
  return word.length >= longWord && editDistance(stemOf(word), stemOf(known)) <= 1 ? 0.5 : 0;
};

/** Rates the match between the words of a vocabulary and a searched word; abbreviations ('brkr') by letters in order. */
const matchesOf = (word: string, vocabulary: readonly string[]): Matches => {
  const found = new Map<string, number>();
  const note = (known: string, quality: number): void => {
    if (quality > (found.get(known) ?? 0)) found.set(known, quality);
  };
  for (const known of vocabulary) note(known, qualityOf(word, known));
  for (const same of synonymsOf(word))
    for (const known of vocabulary) note(known, 0.75 * (qualityOf(same, known) >= 0.9 ? 1 : 0));
  if (found.size === 0 && word.length >= fewLetters && !/\d/.test(word)) {
    const finder = new Fzf([...vocabulary], { casing: 'case-insensitive' });
    for (const { item } of finder.find(word) as readonly { readonly item: string }[])
      if (item[0] === word[0] && item.length <= 2 * word.length) note(item, 0.4);
  }
  return found;
};

interface IndexedText extends RunbookText {
  readonly words: ReadonlySet<string>;
}

interface Index {
  readonly runbooks: readonly { readonly runbook: Runbook; readonly texts: readonly IndexedText[] }[];
  readonly vocabulary: readonly string[];
}

const indexOf = (runbooks: readonly Runbook[], signals: readonly SignalSpec[]): Index => {
  const indexed = runbooks.map((runbook) => ({
    runbook,
    texts: runbookTexts(runbook, signals).map((runbookText) => ({
      ...runbookText,
      words: new Set(wordsOf(runbookText.text)),
    })),
  }));
  const vocabulary = new Set(indexed.flatMap(({ texts }) => texts.flatMap(({ words }) => [...words])));
  return { runbooks: indexed, vocabulary: [...vocabulary] };
};

/** The suggestions are evaluated every second, and the runbooks in them stay the same. */
const cachedIndex = memoizeLast(
  ({ runbooks, signals }: { runbooks: readonly Runbook[]; signals: readonly SignalSpec[] }) => [
    ...runbooks,
    signals,
  ],
  ({ runbooks, signals }) => indexOf(runbooks, signals),
);

/** The best text of a runbook for a word: weight of the text times quality of the word. */
const bestText = (
  texts: readonly IndexedText[],
  matches: Matches,
): { readonly text: IndexedText; readonly value: number } | undefined => {
  let best: { text: IndexedText; value: number } | undefined;
  for (const text of texts)
    for (const word of text.words) {
      const value = text.weight * (matches.get(word) ?? 0);
      if (value > (best?.value ?? 0)) best = { text, value };
    }
  return best;
};

/** The text with most of the words, of several the one that says most about the runbook; `value` grows with both. */
const closestText = (
  texts: readonly IndexedText[],
  terms: readonly Matches[],
): { readonly text: IndexedText; readonly value: number } | undefined => {
  let best: { text: IndexedText; value: number } | undefined;
  for (const text of texts) {
    const words = terms.reduce(
      (sum, matches) => sum + Math.max(0, ...[...text.words].map((word) => matches.get(word) ?? 0)),
      0,
    );
    const value = words * Math.sqrt(text.weight);
    if (value > (best?.value ?? 0)) best = { text, value };
  }
  return best;
};

/** Weight of a text that names what the runbook is about. */
const mostWeight = 6;

/** Letters of an excerpt. */
const mostShown = 90;

/** Words of an excerpt in which the searched words are counted. */
const countedWords = 10;

/** The index of the word from which on most of the searched words follow soon; the first of several. */
const densestIndex = (words: readonly string[], matches: readonly Matches[]): number => {
  const found = words.map((word) => {
    const stems = wordsOf(word);
    return matches.flatMap((terms, term) => (stems.some((stem) => terms.has(stem)) ? [term] : []));
  });
  const counts = found.map((terms, index) =>
    terms.length === 0 ? 0 : new Set(found.slice(index, index + countedWords).flat()).size,
  );
  return Math.max(0, counts.indexOf(Math.max(...counts)));
};

const excerptOf = ({ part, text }: RunbookText, matches: readonly Matches[]): string => {
  const words = text.trim().split(/\s+/);
  const index = densestIndex(words, matches);
  const from = Math.max(0, words.slice(0, index + 1).join(' ').length > mostShown / 2 ? index - 4 : 0);
  let shown = from > 0 ? '…' : '';
  for (const word of words.slice(from)) {
    if (shown.length + word.length > mostShown) return `${part}: ${shown} …`;
    shown = shown === '' || shown === '…' ? `${shown}${word}` : `${shown} ${word}`;
  }
  return `${part}: ${shown}`;
};

/** Most words of a searched text: the first ones of a log line say what happened. */
const mostWords = 24;

/**
 * Returns the runbooks that mention a symptom, the best first: words of their titles, symptoms, conditions (alerts, signals),
 * notes and steps. Rare words count more, words of what the runbook is about more than those in passing; plurals, abbreviations,
 * synonyms of the trade and typing errors match less. [] for a text without words.
 */
export const searchRunbooks = (
  runbooks: readonly Runbook[],
  signals: readonly SignalSpec[],
  text: string,
): readonly SymptomMatch[] => {
  const words = [...new Set(wordsOf(text))].filter((word) => !stopWords.has(word));
  const telling = words.filter((word) => !isSmallNumber(word));
  const questions = (telling.length === 0 ? words : telling).slice(0, mostWords);
  if (questions.length === 0) return [];
  const { runbooks: indexed, vocabulary } = cachedIndex({ runbooks, signals });
  const terms = questions.map((word) => matchesOf(word, vocabulary));
  const found = terms.map((matches) => indexed.map(({ texts }) => bestText(texts, matches)));
  const rarity = found.map((of, term) => {
    const mentioning = of.filter((entry) => entry !== undefined && entry.value >= 1).length;
    const share = measures.has(questions[term] ?? '') ? measureShare : 1;
    return share * Math.log(1 + indexed.length / Math.max(1, mentioning));
  });
  return indexed
    .flatMap(({ runbook, texts }, nth): readonly SymptomMatch[] => {
      const hits = found.flatMap((of, term) => {
        const hit = of[nth];
        return hit === undefined ? [] : [{ ...hit, value: hit.value * (rarity[term] ?? 0) }];
      });
      const best = hits.reduce((most, hit) => (hit.value > most.value ? hit : most), hits[0] ?? { value: 0 });
      if (!('text' in best) || best.value < leastValue) return [];
      // Runbooks that mention more of the words come before those that mention one word often.
      const share = hits.length / questions.length;
      // A sentence about the symptom says more than its words scattered over a runbook.
      const closest = closestText(texts, terms);
      const closeness = (closest?.value ?? 0) / (terms.length * Math.sqrt(mostWeight));
      const score = hits.reduce((sum, { value }) => sum + value, 0) * (0.5 + share) * (0.5 + closeness);
      return [{ runbook, score, excerpt: excerptOf(closest?.text ?? best.text, terms) }];
    })
    .toSorted((a, b) => b.score - a.score);
};

/** A mention of this value or less is accidental: a common word in passing. */
const leastValue = 2;
