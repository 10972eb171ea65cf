import type { Lag, Sample } from '../../domain/facts.ts';
import type { KafkaGroup } from '../../io/kafka.ts';
import type { GroupRead } from './config.ts';

type Value = Pick<Sample, 'value' | 'why'>;

const folds: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  count: (values) => values.length,
};

/** The value of a signal about a group. A lag that is known of some of its partitions only is no sum. */
export const groupSample = (read: GroupRead, rows: readonly Lag[], groups: readonly KafkaGroup[]): Value => {
  if ('members' in read) return membersOf(read.members, groups);
  const { lag: group, topic, fold = 'sum' } = read;
  const own = rows.filter((row) => row.group === group && (topic === undefined || row.topic === topic));
  const committed = own.filter((row) => row.committed !== undefined);
  const where = topic === undefined ? '' : ` in ${topic}`;
  if (committed.length === 0) return { why: `group ${group} has committed nothing${where}` };
  const lags = committed.flatMap(({ lag }) => (lag === undefined ? [] : [lag]));
  const lacking = committed.length - lags.length;
  if (lacking > 0)
    return { why: `the lag of ${lacking} of ${committed.length} partitions${where} is not known` };
  const value = folds[fold]?.(lags);
  return value === undefined ? {} : { value };
};

const membersOf = (name: string, groups: readonly KafkaGroup[]): Value => {
  const group = groups.find((one) => one.group === name);
  if (group === undefined) return { why: `group ${name} could not be asked` };
  if (group.members === undefined) return { why: `the members of group ${name} are not told` };
  return { value: group.members.length };
};
