/** Keys of an item in the profile that say how it is decided. */
interface DecisionKeys {
  readonly that?: unknown;
  readonly use?: unknown;
  readonly expect?: unknown;
  readonly runbook?: unknown;
}

/** Knowledge about an item: the newest mark of a person that is not withdrawn, and the truth of its data now. */
interface ItemEvidence {
  readonly mark: 'done' | 'override' | 'not-needed' | 'open' | 'note' | undefined;
  /** Absent: the item has no data, or none yet. */
  readonly reading: 'true' | 'false' | 'unknown' | undefined;
}

/** The decision about an item: by its check, by the tick of a person, by one who vouches for it, as not needed; or none. */
type ItemVerdict = 'by-check' | 'by-person' | 'overridden' | 'not-needed' | 'open';

/** Everything about a mode of items: its words, its keys in a profile, its decision. */
interface ItemMode {
  /** The decider, in the schema of a profile. */
  readonly decider: string;
  /** The data that it may show, in the reference. */
  readonly shows: string;
  /** The decision, in the details of an item. */
  readonly words: string;
  /** The state of an open item whose data is known. */
  readonly openWord: string;
  /** The problem with the keys of an item, with its remedy; undefined when they fit. */
  misfit(keys: DecisionKeys): string | undefined;
  decide(evidence: ItemEvidence): ItemVerdict;
}

const hasData = ({ that, use }: DecisionKeys): boolean => that !== undefined || use !== undefined;

const byPerson = ({ mark }: ItemEvidence): ItemVerdict =>
  mark === undefined ? 'open' : mark === 'not-needed' ? 'not-needed' : 'by-person';

/** The modes by their word in a profile, in the order of the reference. A new one is said here and nowhere else. */
const itemModes = {
  auto: {
    decider: 'opsdeck',
    shows: 'the deciding row or value of its check',
    words: 'the check decides',
    openWord: 'check fails',
    misfit: (keys) => {
      if (!hasData(keys) && keys.runbook === undefined)
        return 'mode auto needs that, use or runbook. Add one, or write mode: human';
      return keys.use !== undefined && keys.that === undefined && keys.expect === undefined
        ? 'mode auto cannot judge use without expect. Add expect, or write mode: assist'
        : undefined;
    },
    decide: ({ mark, reading }) => {
      if (reading === 'true') return 'by-check';
      return mark === 'not-needed' ? 'not-needed' : mark === 'override' ? 'overridden' : 'open';
    },
  },
  assist: {
    decider: 'a person decides, and the cockpit shows the data',
    shows: 'a reading of its check, a hint, a runbook',
    words: 'a person decides from the data',
    openWord: 'open',
    misfit: () => undefined,
    decide: byPerson,
  },
  human: {
    decider: 'a person',
    shows: 'a hint',
    words: 'a person decides',
    openWord: 'open',
    misfit: (keys) =>
      hasData(keys) ? 'mode human cannot show data. Write mode: assist, or auto' : undefined,
    decide: byPerson,
  },
} as const satisfies Readonly<Record<string, ItemMode>>;

/** The decider of an item: opsdeck alone, a person with data from opsdeck, a person alone. */
export type ChecklistItemMode = keyof typeof itemModes;

/** The words of the modes, for the schema. */
export const checklistItemModes = Object.keys(itemModes) as [ChecklistItemMode, ...ChecklistItemMode[]];

/** An item as far as its mode goes. */
interface Decided {
  readonly mode: ChecklistItemMode;
}

/** Returns everything about the mode of an item. */
export const modeOf = ({ mode }: Decided): ItemMode => itemModes[mode];

const marks = ['done', 'override', 'not-needed', undefined] as const;

/**
 * True: its check has a part in the decision, and a person overrides that only with a reason. False: a person ticks it, whatever its
 * data shows. Derived from the decision.
 */
export const isDecidedByCheck = (item: Decided): boolean => {
  const { decide } = modeOf(item);
  return marks.some((mark) => decide({ mark, reading: 'true' }) !== decide({ mark, reading: 'unknown' }));
};

/**
 * The effect of a tick now: it decides the item; it does not, but a person may override the check with a reason; or it has none,
 * and the screen says why. Derived from the decision, so a mode cannot ignore a tick silently.
 */
export const tickEffect = (
  item: Decided,
  reading: ItemEvidence['reading'],
): 'decides' | 'needs-reason' | 'none' => {
  const { decide } = modeOf(item);
  if (decide({ mark: 'done', reading }) !== 'open') return 'decides';
  return decide({ mark: 'override', reading }) === 'open' ? 'none' : 'needs-reason';
};
