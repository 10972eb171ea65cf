/**
 * An operation whose act returns its lease for later use. The compiler cannot check a variable of the source: test/doors/protocols.test.ts
 * shows that a lease throws after it has ended.
 */
import type { ChangeIo } from '../../../src/doors/io.ts';
import type { Operation } from '../../../src/sources/kit/contract/source.ts';

// error TS2322: AsyncGenerator<{ is: "made"; key: string; value: ChangeIo; }
export const yields: Operation['act'] = async function* (_plan, change) {
  yield { is: 'made', key: 'door', value: change };
};

// error TS2322: Type '(_plan: unknown, change: ChangeIo) => Promise<ChangeIo>' is not assignable
export const returns: Operation['act'] = async (_plan: unknown, change: ChangeIo) => change;
