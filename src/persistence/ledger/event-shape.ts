import { runEndings, symptomNotProved } from '../../domain/runs/run.ts';
import { isObject } from '../../domain/text/value-text.ts';

/** Judges the form of a value in a record. Returns the place of the first value of another form; undefined if there is none. */
type Shape = (value: unknown, place: string) => string | undefined;

const when =
  (is: (value: unknown) => boolean): Shape =>
  (value, place) =>
    is(value) ? undefined : place;

const isText = (value: unknown): boolean => typeof value === 'string';
const isParamValue = (value: unknown): boolean =>
  ['string', 'number', 'boolean'].includes(typeof value) || (Array.isArray(value) && value.every(isText));

const text = when(isText);
const flag = when((value) => typeof value === 'boolean');
/** Or null, as which NaN is written. */
const number = when((value) => typeof value === 'number' || value === null);
/** A text, or null for an unknown one. */
const known = when((value) => isText(value) || value === null);
/** An object, whatever it has. */
const map = when(isObject);
/** An object whose values are those of parameters. */
const values = when((value) => isObject(value) && Object.values(value).every(isParamValue));

const oneOf = (...words: readonly string[]): Shape => when((value) => words.some((word) => word === value));

const list =
  (element: Shape): Shape =>
  (value, place) => {
    if (!Array.isArray(value)) return place;
    for (const [nth, held] of value.entries()) {
      const wrong = element(held, `${place}[${nth}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };

/** A key that ends in `?` may be absent; other keys than those named are not judged. */
const object = (shapes: Readonly<Record<string, Shape>>): Shape => {
  const members = Object.entries(shapes).map(
    ([key, shape]) => ({ name: key.replace('?', ''), mayLack: key.endsWith('?'), shape }) as const,
  );
  return (value, place) => {
    if (!isObject(value)) return place;
    for (const { name, mayLack, shape } of members) {
      const held = Object.hasOwn(value, name) ? value[name] : undefined;
      if (held === undefined && mayLack) continue;
      const wrong = shape(held, place === '' ? name : `${place}.${name}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
};

const names = list(text);
const gate = object({
  'arm?': flag,
  'confirm?': flag,
  'preview?': flag,
  'typed?': flag,
  'windowMs?': number,
});
const danger = oneOf('read', 'safe', 'disruptive', 'destructive');
const tier = oneOf('local', 'dev', 'staging', 'production');
const truth = oneOf('true', 'false', 'unknown');
const missing = list(object({ what: text, why: text, 'remedy?': text, 'position?': map }));
const checks = list(object({ what: text, why: text, 'remedy?': text }));
const share = object({ part: number, whole: number, of: text, 'parts?': names });
const faults = list(object({ kind: text, source: text, message: text, at: number, 'remedy?': text }));
const missingObservation = object({
  is: oneOf('gone', 'early', 'stranger', 'unread', 'alert'),
  'object?': text,
  'kind?': text,
  'source?': text,
  'since?': number,
  'remedy?': text,
});
const proofs = list(
  object({
    ...{ id: text, title: text, value: truth, why: text, 'holdsSince?': number },
    'missing?': missingObservation,
  }),
);
const call = object({ use: text, with: map, title: text, 'pins?': text });
const level = oneOf('ok', 'unknown', 'warn', 'crit');
const incident = object({
  ...{
    state: oneOf('ongoing', 'unknown', 'clearing', 'all-clear'),
    began: number,
    remaining: number,
    unknown: number,
    'vanished?': number,
  },
  ...{
    arisen: number,
    worst: list(
      object({
        what: text,
        level,
        'why?': text,
        'missing?': missingObservation,
      }),
    ),
    'values?': list(object({ object: text, before: known, after: known, level })),
    'next?': text,
  },
  ...{ 'waitsUntil?': number, 'countsMs?': number },
});
const login = { source: text, why: text, 'argv?': names } as const;

const plan = object({
  ...{
    use: text,
    danger,
    targets: list(object({ name: text, uid: text, saw: text, where: text })),
    calls: list(object({ line: text, 'body?': text, 'command?': text })),
  },
  ...{ objects: names, 'changes?': names, 'lost?': text, params: map, 'reach?': map },
  ...{ 'changesSystem?': names, 'effects?': list(map), 'reset?': object({ afterMs: number }) },
});

const step = object({
  ...{ id: text, title: text, danger, gate, 'plan?': plan, 'account?': text, 'undo?': list(call) },
  ...{ 'each?': object({ value: text, nth: number, of: number }), 'pauseMs?': number },
  ...{ 'timeoutMs?': number, 'needs?': text, 'notes?': text },
});

const proposal = object({
  ...{ run: text, runbook: text, title: text, system: text, env: text, tier },
  ...{ params: values, steps: list(step), gate, danger, names, plannedAt: number },
  ...{ 'confirmNames?': names, 'typeNames?': names, 'tokens?': names, 'undoes?': text },
  ...{ 'override?': text, 'outage?': text, 'checks?': checks },
  'followUps?': list(object({ id: text, title: text, 'notes?': text })),
  'preventions?': list(object({ id: text, title: text, 'notes?': text })),
  'refusal?': object({
    ending: oneOf(...runEndings),
    why: text,
    'missing?': missing,
    'login?': object(login),
  }),
  'blast?': object({
    ...{ objects: number, 'share?': share, 'otherShares?': list(share), 'lowerBounds?': names },
    ...{ 'connections?': number, 'requestsPerSecond?': number },
  }),
});

/** The parts of each kind of event that readers rely on. */
const shapes: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    planned: object({ proposal }),
    diagnosed: object({
      found: object({ step: text, title: text, lines: names, faults, done: flag }),
    }),
    gated: object({ passed: flag, why: text, 'checks?': checks }),
    confirmed: object({ names, 'armed?': text }),
    'approval-requested': object({ plan: text, forMs: number, 'armed?': text, 'cockpit?': text }),
    approved: object({ plan: text }),
    'approval-refused': object({ plan: text, why: text }),
    'approval-withdrawn': object({ plan: text, why: text }),
    window: object({ endsAt: number, 'steps?': names }),
    acting: object({ step: text, title: text }),
    output: object({ step: text, text: text }),
    acted: object({ step: text, ok: flag, result: text, 'brief?': text, 'made?': values }),
    paused: object({ step: text, endsAt: number }),
    ticking: object({ step: text, title: text }),
    ticked: object({ step: text, done: flag }),
    before: object({ proofs }),
    verifying: object({ proofs }),
    login: object(login),
    renewed: object({ source: text, ok: flag, why: text }),
    noted: object({ text: text }),
    watching: object({ until: number, 'blind?': text }),
    relapsed: object({ proofs, why: text }),
    watched: object({ held: flag, why: text }),
    'forward-closed': object({ forward: text, why: text }),
    'reset-scheduled': object({ step: text, title: text, afterMs: number }),
    incident: object({ incident }),
    ended: object({
      ...{
        ending: oneOf(...runEndings),
        why: text,
        'reason?': oneOf(symptomNotProved),
        'missing?': missing,
        'outcome?': text,
      },
      ...{ sent: names, 'undo?': list(call), 'incident?': incident },
      'changes?': list(object({ object: text, value: text, before: known, after: known })),
      'recordings?': list(object({ 'file?': text, 'problem?': text })),
    }),
  }),
);

const head = object({ event: text, run: text, at: number });

/**
 * The place in an event that has not the form of its kind: 'proposal.steps[0].id'; 'event' for a kind that is not known. Undefined: it is
 * what it says.
 */
export const malformedPlace = (entry: unknown): string | undefined => {
  if (!isObject(entry)) return 'entry';
  const wrong = head(entry, '');
  if (wrong !== undefined) return wrong;
  const shape = shapes.get(String(entry.event));
  return shape === undefined ? 'event' : shape(entry, '');
};
