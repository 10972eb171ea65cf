import type { ParamOrigins, ParamValues, Runbook } from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import { presentValueOf } from '../../../runs/reads/present-value.ts';
import { type ReadChoices, readMissingChoices, withoutChoicesOf } from '../../../runs/reads/read-choices.ts';
import type { ParamInputs } from '../../../runs/runbooks/params.ts';
import type { RunView } from '../../../store/cockpit.ts';
import type { Engine } from '../../engine.ts';
import type { CockpitParts } from '../environment/cockpit-parts.ts';
import { changePrompt, nextParamPrompt, originOfAll, type ParamPrompt } from './run-prompts.ts';

interface EntryParts extends Pick<CockpitParts, 'cockpit' | 'clock' | 'openIo'> {
  readonly engine: Engine;
  say(text: string): void;
  /** Changes the run on screen. */
  show(change: Partial<RunView>): void;
  /** Ends when the card is closed, or another plan begins. */
  signal(): AbortSignal;
  /** Plans the run with these values. */
  plan(runbook: Runbook, values: ParamValues): Promise<void>;
  /** Ends the plan of the card, so that nothing can confirm it any more. False: closed meanwhile. */
  voidPlan(proposal: Proposal, why: string): Promise<boolean>;
}

/** The parameters of the run on screen: the values so far, and the question for the next one. */
interface ParamEntry {
  /** Begins with these values, and forgets those of an earlier run. */
  begin(inputs: ParamInputs, origins: ParamOrigins): void;
  /** Where the values are from. */
  origins(): ParamOrigins;
  /** Asks for the first missing parameter; plans when all are given. */
  askOrPlan(runbook: Runbook): Promise<void>;
  /** Takes the answer to the question on screen. */
  give(run: RunView, name: string, value: string | readonly string[]): Promise<void>;
  /** Asks for another value of a parameter of the planned run; without a name, for which parameter. */
  change(run: RunView, name?: string): void;
  /** Reads the choices of the question on screen again, after they could not be read. */
  readChoicesAgain(): Promise<void>;
}

/** Creates the entry of parameters. It only reads. */
export const createParamEntry = (parts: EntryParts): ParamEntry => {
  const { cockpit, clock, openIo, engine, say, show } = parts;
  const reads = { engine, openIo, clock };
  let inputs: ParamInputs = {};
  let origins: ParamOrigins = {};
  let known: ReadChoices = {};

  /** Reads the choices that a source provides. False: the card was closed meanwhile. */
  const readSourceChoices = async (runbook: Runbook, given: ParamInputs): Promise<boolean> => {
    const signal = parts.signal();
    known = await readMissingChoices(runbook, given, known, reads, signal, ({ name, title = name }) =>
      show({ parameterPrompt: { name, title, loading: true } }),
    );
    return !signal.aborted;
  };

  /** Shows a question with the value in effect, which may have to be read first. */
  const ask = (
    runbook: Runbook,
    asking: ParamPrompt,
    values: ParamValues,
    change: Partial<RunView> = {},
  ): void => {
    const spec = runbook.params.find(({ name }) => name === asking.name);
    const found = spec === undefined ? undefined : presentValueOf(spec, runbook, values, reads);
    const prompt = found === undefined ? asking : { ...asking, present: found.present };
    show({ ...change, stage: 'params', parameterPrompt: prompt });
    const signal = parts.signal();
    void found?.read?.(signal).then((present) => {
      const shown = cockpit.getState().run?.parameterPrompt;
      // Another question may have been asked meanwhile.
      if (!signal.aborted && shown === prompt) show({ parameterPrompt: { ...prompt, present } });
    });
  };

  /** Asks for the first missing parameter; plans when all are given. */
  const askOrPlan = async (runbook: Runbook): Promise<void> => {
    if (!(await readSourceChoices(runbook, inputs))) return;
    const next = nextParamPrompt(runbook, inputs, engine.snapshot(), known);
    if (next.is === 'whole') return parts.plan(runbook, next.values);
    if (next.is === 'asking') return ask(runbook, next.asking, next.values);
    cockpit.setState(({ run: _, ...rest }) => rest, true);
    say(`${runbook.title}: ${next.why}`);
  };

  /** Takes a new value for a parameter of the planned run. An invalid one is asked for again, and the plan stays. */
  const takeChange = async (run: RunView, proposal: Proposal, changed: ParamInputs): Promise<void> => {
    const [name = ''] = Object.keys(changed);
    known = withoutChoicesOf(known, run.runbook, name);
    const next = nextParamPrompt(run.runbook, { ...inputs, ...changed }, engine.snapshot(), known);
    if (next.is === 'asking' && next.asking.name === name)
      return show({ parameterPrompt: { ...next.asking, value: changed[name] ?? '' } });
    inputs = { ...inputs, ...changed };
    origins = { ...origins, ...originOfAll(changed, 'you') };
    const { parameterPrompt: _, proposal: __, ...rest } = run;
    cockpit.setState({ run: rest });
    if (await parts.voidPlan(proposal, `planned again with another value of ${name}`))
      await askOrPlan(run.runbook);
  };

  /** Failing sources are read first: most choices are facts. */
  const readChoicesAgain = async (): Promise<void> => {
    const run = cockpit.getState().run;
    const { name = '', title = '', problem, loading } = run?.parameterPrompt ?? {};
    if (run?.stage !== 'params' || run.proposal !== undefined || problem === undefined || loading === true)
      return;
    const signal = parts.signal();
    const { [name]: _, ...others } = known;
    known = others;
    show({ parameterPrompt: { name, title, loading: true } });
    const failing = Object.values(engine.facts.getState().feeds).flatMap(({ feed, faults }) =>
      faults.length > 0 && feed.everyMs > 0 ? [feed.id] : [],
    );
    await engine.readNow(failing, signal);
    if (!signal.aborted) await askOrPlan(run.runbook);
  };

  return {
    begin: (given, from) => {
      inputs = given;
      origins = from;
      known = {};
    },
    origins: () => origins,
    askOrPlan,
    give: async (run, name, value) => {
      if (run.proposal !== undefined) return takeChange(run, run.proposal, { [name]: value });
      inputs = { ...inputs, [name]: value };
      known = withoutChoicesOf(known, run.runbook, name);
      origins = { ...origins, [name]: 'you' };
      const { parameterPrompt: _, ...rest } = run;
      cockpit.setState({ run: rest });
      await askOrPlan(run.runbook);
    },
    change: (run, name) => {
      const prompt = changePrompt(run, name, engine.snapshot(), known);
      if (prompt !== undefined) ask(run.runbook, prompt, run.params, { changes: (run.changes ?? 0) + 1 });
    },
    readChoicesAgain,
  };
};
