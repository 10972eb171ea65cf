import fc from 'fast-check';
import type { WatchScreen } from '../../../src/cli/opening/watch-screen.ts';
import { openCockpitIn } from '../../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { hostileValue, type Json } from './forged-fields.ts';
import {
  expectNothingSent,
  type Hands,
  loggingProfile,
  loggingServer,
  makeTemporaryChange,
  noHands,
  sendsReset,
} from './temporary-change.ts';

/** One forgery: the field of each record that is forged, and the values written there in turn. */
export interface Forgery {
  readonly nth: number;
  readonly values: readonly (Json | undefined)[];
}

const forgeries: fc.Arbitrary<Forgery> = fc.record({
  nth: fc.nat({ max: 2000 }),
  values: fc.array(hostileValue, { minLength: 7, maxLength: 7 }),
});

/** The records of one kind that a cockpit reads back, in a workspace. */
interface Records {
  /** Lines of the profile that make the cockpit read them. */
  readonly profile?: string;
  /** Further sources of the profile. */
  readonly sources?: string;
  /** Adds what other processes would have written, after a real temporary change by one of them. */
  plant(): unknown;
  /** Forges one field of each record, file, table or column. Returns their number. */
  forge(forgery: Forgery): number | Promise<number>;
  /** Makes the screen of the cockpit available to others. */
  readonly watch?: WatchScreen;
  /** The keys with which a person looks at them. */
  readonly look?: Hands;
  /** The number of records that were forged while the cockpit was open. */
  forged?(): number;
}

/** Opens the records; `stack` ends what they need. */
type OpenRecords = (workspace: Workspace, stack: AsyncDisposableStack) => Records | Promise<Records>;

/**
 * The attack on records that a whole cockpit reads back: whatever they say, no changing request leaves in ten minutes, unarmed
 * and armed.
 */
export const sendsNothing = (open: OpenRecords) => ({
  rounds: 1,
  inputs: forgeries,
  defense: true,
  sabotaged: false,
  notices: /expected \[ 'POST/,
  /** `forges` is false: a person sends the reset, as if the cockpit had done it. */
  holds: async (forgery: Forgery, forges: boolean): Promise<number> => {
    await using stack = new AsyncDisposableStack();
    const { sent, url } = stack.use(await loggingServer());
    const workspace = stack.use(openWorkspace());
    const records = await open(workspace, stack);
    const { look = noHands } = records;
    await workspace.put('profiles/live.yaml', loggingProfile(url, records.profile, records.sources));
    await makeTemporaryChange(workspace);
    await records.plant();
    sent.splice(0);
    const count = forges ? await records.forge(forgery) : 0;
    await using cockpit = await openCockpitIn(
      workspace,
      ['--env', 'shop/live'],
      [120, 40],
      undefined,
      records.watch,
    );
    await cockpit.sees(/read-only/);
    await look(cockpit);
    await expectNothingSent(cockpit, sent, forges ? look : sendsReset);
    return records.forged?.() ?? count;
  },
  cpuLimitMs: 600_000,
});
