/**
 * An operation whose act hands its lease out, to be used after it. A variable of the source's own is beyond the compiler: that a kept
 * lease throws is shown by test/doors/protocols.test.ts.
 */
import type { ChangeIo } from '../../../src/doors/io.ts';
import type { Operation } from '../../../src/sources/source.ts';

// error TS2322: AsyncGenerator<{ is: "made"; key: string; value: ChangeIo; }
export const tells: Operation['act'] = async function* (_plan, change) {
  yield { is: 'made', key: 'door', value: change };
};

// error TS2322: Type '(_plan: unknown, change: ChangeIo) => Promise<ChangeIo>' is not assignable
export const returns: Operation['act'] = async (_plan: unknown, change: ChangeIo) => change;
