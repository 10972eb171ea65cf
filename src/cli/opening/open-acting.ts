import { join } from 'node:path';
import { defined } from '../../domain/base/defined.ts';
import type { AuditCopy } from '../../domain/runbooks/guard.ts';
import type { ChangeIo, ReadIoOptions } from '../../doors/io.ts';
import { createPortForwards, type PortForwards } from '../../doors/port-forwards.ts';
import { builtInRunbooks } from '../../engine/cockpit/runs/built-in-runbooks.ts';
import type { DrillTracker } from '../../engine/drills/drill-tracker.ts';
import { type AuditCopies, createAuditCopies } from '../../persistence/ledger/audit-copies.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import { newRunId } from '../../platform/runtime/random.ts';
import { type ApprovalDesk, createApprovalDesk } from '../../runs/approvals/answer-approval.ts';
import { type ArmingControl, createArming } from '../../runs/context/arming.ts';
import type { Executor } from '../../runs/context/executor-api.ts';
import { createExecutor } from '../../runs/executor.ts';
import type { CommandContext } from '../command/context.ts';
import { whoAmI } from '../command/operator.ts';
import type { EnvironmentSession } from './open-environment.ts';

/** The parts of an open environment that execute runbooks. */
interface ActingEnvironment {
  readonly executor: Executor;
  readonly arming: ArmingControl;
  /** The operator, as in the ledger. */
  readonly who: LedgerActor;
  /** Answers requests for approval. Absent: no state database has them. */
  readonly approvals?: ApprovalDesk;
  /** The copies of the ledger. */
  readonly copies: readonly AuditCopies[];
  /** The open port-forwards; absent: this process does not keep any. */
  readonly portForwards?: PortForwards;
  /** Closes the connections of executed actions. */
  close(): Promise<void>;
}

/** Returns the address of a ledger copy, without credentials. */
export const copyAddress = (copy: AuditCopy): string =>
  copy.is === 'http' ? copy.url : `${copy.over}://${copy.host}:${copy.port}`;

interface ActingOptions {
  readonly staysOpen?: boolean;
  /** Follows the runs of a drill. */
  readonly drills?: Pick<DrillTracker, 'observe'>;
}

/**
 * Creates the executor of an open environment. Performs no I/O; the first proposal writes the ledger. `staysOpen`: the
 * environment outlives its runs, and keeps their port-forwards.
 */
export const openActing = async (
  context: CommandContext,
  opened: EnvironmentSession,
  { staysOpen = false, drills }: ActingOptions = {},
): Promise<ActingEnvironment> => {
  const { clock, masker, stateDir } = context;
  const { profile, engine, modules } = opened;
  const arming = createArming(profile.guard, profile.tier, clock);
  const portForwards = staysOpen ? createPortForwards(() => clock.now()) : undefined;
  const open = (way?: ReadIoOptions) => context.openChangeIo({ ...way, ...defined({ portForwards }) });
  const change = open();
  const through = new Map<string, ReturnType<CommandContext['openChangeIo']>>();
  /** One connection per tunneled source: its calls take the route of its reads. */
  const changeOf = (source: string): ChangeIo | undefined => {
    const way = engine.routeTo(source);
    if (way === undefined) return undefined;
    const door = through.get(source) ?? open(way);
    through.set(source, door);
    return door;
  };
  const copies = await Promise.all(
    (profile.auditCopies ?? []).map(async (copy) =>
      createAuditCopies(copyAddress(copy), await context.openCopyDoor(copy), clock),
    ),
  );
  const who = await whoAmI();
  const { state } = opened;
  const { locks, resets, checklists, admission, approvals, presence } = state;
  await state.open({ follows: staysOpen });
  const ledger = await state.openLedger({
    written: (record, entry) => {
      for (const copy of copies) copy.put(record);
      drills?.observe(entry, entry.entry);
    },
  });
  const executor = createExecutor({
    engine,
    ...(opened.simulator === undefined ? {} : { drill: true as const }),
    ...(staysOpen ? {} : { settlesIncident: true as const }),
    change,
    changeOf,
    ...{ ledger, locks, resets, checklists },
    ...defined({ admission, approvals, cockpit: presence?.reportedAs }),
    arming,
    clock,
    who,
    newId: newRunId,
    mask: masker.outgoing,
    generic: builtInRunbooks(profile, engine.sources),
    modules,
    openIo: context.openIo,
    openRecording: async (name) => {
      const { createRecordingFile } = await import('../../platform/files/recording-file.ts');
      return createRecordingFile(join(stateDir, 'recordings'), name);
    },
  });
  const close = async (): Promise<void> => {
    // Their ends are recorded in the ledger and its copies.
    await portForwards?.closeAll();
    await Promise.all([change, ...through.values(), ...copies].map((door) => door.close()));
  };
  return {
    executor,
    arming,
    who,
    ...(approvals === undefined
      ? {}
      : { approvals: createApprovalDesk({ profile, ledger, state, who, clock, mask: masker.outgoing }) }),
    copies,
    ...defined({ portForwards }),
    close,
  };
};
