import { formatCount, formatPerSecond } from '../../domain/text/format.ts';
import { joinParts, presentNumber, secondsWord } from '../define/check-words.ts';
import { defineKind, type JsonRow } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { Lag } from './fact.ts';
import { motionText } from './group-verdict.ts';

const { id, idNumber, bigNumber, maybeText, number, state, unprinted } = fieldsOf<Lag>();

const motions = 'gaining steady falling-behind stalled stopped unknown';

const fields = {
  cluster: id('cluster', (f) => f.cluster),
  group: id('consumer group', (f) => f.group),
  topic: id('topic', (f) => f.topic),
  partition: idNumber('partition', (f) => f.partition),
  committed: bigNumber('committed offset', '', (f) => f.committed),
  end: bigNumber('the next message that is written to the partition gets this offset', '', (f) => f.end),
  lag: number(
    'counts the messages between the committed offset and the end. Absent without a committed offset',
    'messages',
    (f) => f.lag,
  ),
  lost: number(
    'retention has deleted this many messages before the group read them',
    'messages',
    (f) => f.lost,
  ),
  rate: number(
    'the lag grows by this many messages per second. Negative while the lag shrinks',
    '/s',
    (f) => f.rate,
  ),
  motion: state('trend of the lag', motions, (f) => f.motion),
  etaSeconds: number(
    'opsdeck estimates that the group has caught up after this time',
    's',
    (f) => f.etaSeconds,
  ),
  members: number('the group has this many members', '', (f) => f.members),
  member: unprinted(maybeText('the group member with this client ID reads the partition', (f) => f.member)),
};

/** Formats the lag: '48,210 behind', or why it is unknown. */
const lagText = ({ lag, committed, end }: JsonRow<typeof fields>): string => {
  if (lag !== null) return `${formatCount(lag)} behind`;
  if (committed !== null) return 'lag unknown';
  return end === null ? 'committed offset unknown' : 'nothing committed';
};

/** Consumer lag per partition. `motionOf` sets `motion`, by the same rule for every source. */
export const lag = defineKind<Lag, typeof fields>({
  name: 'lag',
  says: 'Shows the consumer lag per group, topic and partition',
  fields,
  state: (f) => f.motion,
  shownState: motionText,
  levels: {
    words: {
      'falling-behind': 'warn',
      stalled: 'warn',
      stopped: 'warn',
      'lost to retention': 'warn',
      unknown: 'unknown',
    },
    // A partition without lag is ok however it moves; without a commit the lag is unknown.
    of: (f) => {
      if (f.lag === undefined) return ['unknown'];
      return f.lag === 0 ? [] : [f.motion, (f.lost ?? 0) > 0 ? 'lost to retention' : ''];
    },
    closed: ['gaining', 'steady', 'falling-behind', 'stalled', 'stopped', 'lost to retention', 'unknown'],
    meanings: {
      gaining: 'the group consumes faster than messages arrive, so the lag shrinks',
      steady: 'the lag of the group stays the same, or was 0 during the whole window',
      'falling-behind':
        'the group commits offsets, but the lag grows: the group consumes more slowly than messages arrive',
      stalled: 'the group has lag and members, but has stopped committing offsets',
      stopped: 'the group has lag, but no member that consumes: start the consumers',
      'lost to retention': 'retention deleted messages before the group consumed them',
      unknown: 'the group has committed no offset, or there are too few readings for a trend',
    },
  },
  bounds: 'lag',
  identity: (f) => [f.cluster, f.group, f.topic, f.partition],
  pin: (f) => `${f.cluster}/${f.group}/${f.topic}`,
  // The log of a topic that was recreated or truncated ends earlier.
  sequence: (f) => (f.end === undefined ? undefined : Number(f.end)),
  // Offsets that move while the group is empty were set, and the messages between were skipped. So are those that were deleted.
  noEvidence: (was, is) => {
    if ((is.lag ?? 0) >= (was.lag ?? 0)) return undefined;
    if ((was.members ?? 0) > 0 && is.members === 0)
      return 'has no members any more, so a person or a program set the offsets and no message was consumed';
    if ((is.setAt ?? was.at) > was.at)
      return 'had no members while the offsets were set, so messages were skipped';
    return (is.deletedAt ?? was.at) > was.at
      ? 'lost unread messages to a deletion in the topic, so the consumers may have skipped them'
      : undefined;
  },
  label: (f) => joinParts(f.group, f.topic, `p${f.partition}`),
  words: (r) => ({
    name: joinParts(r.group, r.topic, `p${r.partition}`),
    state: motionText(r.motion),
    value: formatCount(presentNumber(r.lag)),
    details: [
      lagText(r),
      r.lost === null || r.lost === 0 ? undefined : `lost to retention: ${formatCount(r.lost)}`,
      r.rate === null ? undefined : formatPerSecond(r.rate),
      secondsWord('caught up in', r.etaSeconds),
      r.members === 0 ? 'no members' : undefined,
    ],
  }),
  impairs: true,
  belongsTo: (f) => f.group,
  logNames: ({ group }) => ({ title: group, names: [group], word: group }),
});
