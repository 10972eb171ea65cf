import { field, list } from '../kit/values/wire-value.ts';

/** The stage of a pipeline that makes one number of all documents; undefined: it has none. */
const countingStage = (pipeline: unknown): string | undefined =>
  list(pipeline).flatMap((stage) => {
    if (field(stage, '$count') !== undefined) return ['$count'];
    const group = field(stage, '$group');
    if (typeof group !== 'object' || group === null || field(group, '_id') !== null) return [];
    return Object.values(group).flatMap((value) =>
      ['$sum', '$count'].filter((name) => field(value, name) !== undefined),
    );
  })[0];

/**
 * Returns the function by which a read counts documents without telling them; undefined: it does not. Of a signal that is `count`, of a
 * command also the stage of its pipeline.
 */
export const countedDocuments = (read: Readonly<Record<string, unknown>>): string | undefined => {
  if (field(read, 'count') !== undefined || field(read.command, 'count') !== undefined) return 'count';
  return countingStage(field(read.command, 'pipeline'));
};
