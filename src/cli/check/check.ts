import { checkExitCode, checkReport, completeKinds } from '../../engine/check.ts';
import { engineSituation } from '../../engine/situation.ts';
import type { CommandContext } from '../command/context.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import { untilAny } from '../opening/command-invocation.ts';
import type { EnvironmentSession } from '../opening/open-environment.ts';
import { withEnvironment } from '../opening/open-environment.ts';
import type { CheckFlags } from './flags.ts';

/** Part of the time limit that is reserved for printing and closing sockets. */
const reserveMs = 150;
const watchEveryMs = 5000;

/** Prints the current report and returns its exit code. Text rendering is loaded only when it is needed. */
const report = async (
  { profile, engine }: EnvironmentSession,
  context: CommandContext,
  { options, global, output, sharing }: Invocation<CheckFlags>,
): Promise<number> => {
  const snapshot = engine.snapshot();
  const real = checkReport(
    snapshot,
    profile,
    context.clock.wallOffset(),
    options.json !== true,
    engineSituation({ profile, engine }),
  );
  sharing?.learn({ profile, engine });
  const report = output.sink.tree(real);
  if (options.json === true) output.json(report);
  else {
    const { checkText } = await import('../../engine/check-text.ts');
    const { columns } = output;
    output.painted(
      checkText(report, {
        columns: columns ?? Number.POSITIVE_INFINITY,
        color: columns !== undefined && global.color,
        all: options.all === true,
        read: completeKinds(snapshot),
      }),
    );
  }
  return checkExitCode(report.level);
};

/** Reports every 5 s until it is interrupted or stdout is closed. Returns the exit code of the last report. */
const watch = async (
  opened: EnvironmentSession,
  context: CommandContext,
  invocation: Invocation<CheckFlags>,
): Promise<number> => {
  const over = AbortSignal.any([invocation.interruption(), invocation.output.closed]);
  const { engine } = opened;
  engine.start();
  const readFirst = async (): Promise<void> => {
    await engine.reach(over);
    const first = engine.feeds.filter((feed) => feed.everyMs > 0).map((feed) => feed.id);
    await engine.readNow(first, over);
  };
  await Promise.race([readFirst(), context.clock.sleep(invocation.options.timeout, over), untilAny(over)]);
  let code = await report(opened, context, invocation);
  for (;;) {
    await context.clock.sleep(watchEveryMs, over);
    if (over.aborted) return code;
    code = await report(opened, context, invocation);
  }
};

/** `opsdeck check`: reads every source once within `--timeout`, or with `--watch` repeatedly. */
export const check: SubCommand<CheckFlags> = async (invocation) => {
  const { options, context } = invocation;
  const { clock } = context;
  const watching = options.watch === true;
  const until = watching ? Number.POSITIVE_INFINITY : context.startedAt + options.timeout - reserveMs;
  return withEnvironment(context, { memory: watching, until }, async (opened) => {
    if (watching) return watch(opened, context, invocation);
    await opened.engine.readOnce(Math.max(0, until - clock.now()), undefined, options.timeout);
    return report(opened, context, invocation);
  });
};
