import { formatCount } from '../../domain/text/format.ts';
import { joinParts, numberWord, presentNumber } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { Queue } from './fact.ts';
import { unconsumedText } from './unconsumed.ts';

const { id, list, text, maybeText, state, number, unprinted } = fieldsOf<Queue>();

const fields = {
  name: id('queue name', (f) => f.name),
  kind: text(
    'type of the row: dlq for a dead-letter queue, topic for a topic, otherwise the system, such as sqs',
    (f) => f.kind,
  ),
  depth: number('consumers can receive this many messages now', 'messages', (f) => f.depth),
  inFlight: number(
    'consumers have received this many messages, but not deleted them yet',
    'messages',
    (f) => f.inFlight,
  ),
  delayed: number(
    'this many messages are delayed, so no consumer can receive them yet',
    'messages',
    (f) => f.delayed,
  ),
  oldestSeconds: number('the oldest message in the queue has this age', 's', (f) => f.oldestSeconds),
  sentPerSecond: number(
    'producers send this many messages to the queue per second',
    '/s',
    (f) => f.sentPerSecond,
  ),
  deletedPerSecond: number(
    'consumers process and delete this many messages per second',
    '/s',
    (f) => f.deletedPerSecond,
  ),
  consumers: list(
    'these Lambda functions read the queue',
    (f) => f.consumers ?? [],
    (f) => f.consumers ?? null,
  ),
  subscriptions: number('the topic has this many confirmed subscriptions', '', (f) => f.subscriptions),
  pendingSubscriptions: number(
    'this many subscriptions of the topic are not confirmed yet',
    '',
    (f) => f.pendingSubscriptions,
  ),
  dlqName: maybeText('dead-letter queue', (f) => f.dlq),
  dlqDepth: number('messages in the dead-letter queue', 'messages', (f) => f.dlqDepth),
  maxReceives: number(
    'how often a message can be received before SQS moves the message to the dead-letter queue',
    '',
    (f) => f.maxReceives,
  ),
  deadLettersOf: list(
    'the failed messages of these queues arrive in this dead-letter queue',
    (f) => f.deadLettersOf,
    (f) => f.deadLettersOf,
  ),
  redrive: state('redrive from the dead-letter queue', 'running idle unknown', (f) =>
    f.isRedriving === undefined ? 'unknown' : f.isRedriving ? 'running' : 'idle',
  ),
  redriveMoved: number(
    'the running redrive has moved this many messages so far',
    'messages',
    (f) => f.redriveMoved,
  ),
  redriveTotal: number(
    'the queue had this many messages when the running redrive started',
    'messages',
    (f) => f.redriveTotal,
  ),
  type: state('delivery: standard or fifo', 'standard fifo unknown', (f) =>
    f.isFifo === undefined ? 'unknown' : f.isFifo ? 'fifo' : 'standard',
  ),
  uid: unprinted(maybeText('identity in the system: an ARN', (f) => f.uid)),
};

/** Returns the state in one or two words. Dead letters come first: consumers do not process them again by themselves. */
const queueState = ({ kind, depth, inFlight, delayed, isRedriving, subscriptions }: Queue): string => {
  if (kind === 'topic')
    return subscriptions === undefined ? 'unknown' : subscriptions > 0 ? 'subscribed' : 'no subscriber';
  if (depth === undefined) return 'unknown';
  if (isRedriving === true) return 'redriving';
  // A message that was received and not deleted is hidden for a while, and comes back.
  if (kind === 'dlq') return depth + (inFlight ?? 0) > 0 ? 'dead letters' : 'empty';
  if (depth > 0) return 'waiting';
  return (inFlight ?? 0) > 0 ? 'in flight' : (delayed ?? 0) > 0 ? 'delayed' : 'empty';
};

/** Lists message queues and their dead-letter queues. */
export const queues = defineKind<Queue, typeof fields>({
  name: 'queues',
  says: 'Lists message queues and their dead-letter queues',
  fields,
  state: queueState,
  levels: {
    words: { 'dead letters': 'warn', redriving: 'warn', 'no subscriber': 'warn', unknown: 'unknown' },
    meanings: {
      redriving: 'messages are being moved back to the queues that they came from',
      'dead letters':
        'consumers failed to process these messages, which the queue deletes after the retention period',
      'no subscriber': 'the topic has no confirmed subscription, so messages reach no one',
      subscribed: 'the topic delivers messages to confirmed subscriptions',
      waiting: 'messages wait in the queue for a consumer',
      'in flight': 'every message has been received and is being processed',
      delayed: 'every message in the queue is delayed and becomes visible later',
      empty: 'the queue has no messages',
      unknown: 'the number of messages could not be read',
    },
  },
  bounds: 'depth',
  label: (f) => f.name,
  pin: (f) => f.uid,
  object: (f) => f.created,
  noEvidence: unconsumedText,
  choice: (f) => joinParts(queueState(f), f.depth === undefined ? '' : formatCount(f.depth)),
  words: (r) => ({
    name: r.name,
    state: r.kind,
    value: formatCount(presentNumber(r.depth)),
    details: [
      numberWord('waiting', r.depth),
      numberWord('in flight', r.inFlight),
      numberWord('delayed', r.delayed),
      r.redrive === 'running' ? `redrive ${formatCount(presentNumber(r.redriveMoved))} moved` : undefined,
      numberWord('subscriptions', r.subscriptions),
      r.subscriptions === 0 ? 'no subscriber' : undefined,
      r.dlqName === null ? undefined : `dlq ${r.dlqName} ${formatCount(presentNumber(r.dlqDepth))}`,
    ],
  }),
  belongsTo: (f) => f.deadLettersOf[0] ?? f.name,
});
