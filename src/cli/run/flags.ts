import type { GivenParams } from '../../runs/runbooks/params.ts';

/** The options of `opsdeck run`. */
export interface RunFlags {
  readonly param?: GivenParams;
  readonly undo?: string;
  readonly dryRun?: boolean;
  readonly diagnose?: boolean;
  readonly arm?: string;
  readonly override?: string;
  readonly confirm?: readonly string[];
  readonly done?: readonly string[];
  readonly json?: boolean;
}
