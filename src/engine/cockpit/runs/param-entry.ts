import type { ParamOrigin, ParamOrigins, ParamValues, Runbook } from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import { offeredNumber } from '../../../runs/reads/default-answers.ts';
import { presentValueOf } from '../../../runs/reads/present-value.ts';
import { type ReadChoices, readMissingChoices, withoutChoicesOf } from '../../../runs/reads/read-choices.ts';
import type { ParamInputs } from '../../../runs/runbooks/params.ts';
import type { PresentValue, RunView } from '../../../store/cockpit.ts';
import type { Engine } from '../../engine.ts';
import type { CockpitParts } from '../environment/cockpit-parts.ts';
import { changePrompt, nextParamPrompt, onlyAnswer, originOfAll, type ParamPrompt } from './run-prompts.ts';

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

/** The question with the value in effect, and the number that is on offer because of it. */
const withPresent = (prompt: ParamPrompt, runbook: Runbook, present: PresentValue): ParamPrompt => {
  const spec = runbook.params.find(({ name }) => name === prompt.name);
  if (spec?.type !== 'int') return { ...prompt, present };
  const { recommended: _, ...rest } = prompt;
  const number = offeredNumber(spec, runbook, present);
  return { ...rest, present, ...(number === undefined ? {} : { recommended: String(number) }) };
};

class ParameterEntry implements ParamEntry {
  readonly #parts: EntryParts;
  readonly #reads;
  #inputs: ParamInputs = {};
  #origins: ParamOrigins = {};
  #known: ReadChoices = {};

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.#reads = { engine: parts.engine, openIo: parts.openIo, clock: parts.clock };
  }

  /** Asks for the first missing parameter; plans when all are given. */
  async askOrPlan(runbook: Runbook): Promise<void> {
    if (!(await this.#readSourceChoices(runbook, this.#inputs))) return;
    const next = nextParamPrompt(runbook, this.#inputs, this.#parts.engine.snapshot(), this.#known);
    if (next.is === 'whole') return this.#parts.plan(runbook, next.values);
    if (next.is === 'asking') {
      const { name } = next.asking;
      const answer = onlyAnswer(next.asking);
      if (answer === undefined || name in this.#inputs) return this.#ask(runbook, next.asking, next.values);
      this.#take(runbook, { [name]: answer }, 'only');
      return this.askOrPlan(runbook);
    }
    this.#parts.cockpit.setState(({ run: _, ...rest }) => rest, true);
    this.#parts.say(`${runbook.title}: ${next.why}`);
  }

  /** Failing sources are read first: most choices are facts. */
  readonly readChoicesAgain = async (): Promise<void> => {
    const run = this.#parts.cockpit.getState().run;
    const { name = '', title = '', problem, loading } = run?.parameterPrompt ?? {};
    if (run?.stage !== 'params' || run.proposal !== undefined || problem === undefined || loading === true)
      return;
    const signal = this.#parts.signal();
    const { [name]: _, ...others } = this.#known;
    this.#known = others;
    this.#parts.show({ parameterPrompt: { name, title, loading: true } });
    const failing = Object.values(this.#parts.engine.facts.getState().feeds).flatMap(({ feed, faults }) =>
      faults.length > 0 && feed.everyMs > 0 ? [feed.id] : [],
    );
    await this.#parts.engine.readNow(failing, signal);
    if (!signal.aborted) await this.askOrPlan(run.runbook);
  };

  begin(given: ParamInputs, from: ParamOrigins): void {
    this.#inputs = given;
    this.#origins = from;
    this.#known = {};
  }

  origins(): ParamOrigins {
    return this.#origins;
  }

  async give(run: RunView, name: string, value: string | readonly string[]): Promise<void> {
    if (run.proposal !== undefined) return this.#takeChange(run, run.proposal, { [name]: value });
    this.#take(run.runbook, { [name]: value }, 'you');
    const { parameterPrompt: _, ...rest } = run;
    this.#parts.cockpit.setState({ run: rest });
    await this.askOrPlan(run.runbook);
  }

  change(run: RunView, name?: string): void {
    const prompt = changePrompt(run, name, this.#parts.engine.snapshot(), this.#known);
    if (prompt !== undefined) this.#ask(run.runbook, prompt, run.params, { changes: (run.changes ?? 0) + 1 });
  }

  /** Takes the value of one parameter. Choices that depend on it are read again. */
  #take(runbook: Runbook, given: ParamInputs, from: ParamOrigin): void {
    this.#inputs = { ...this.#inputs, ...given };
    for (const name of Object.keys(given)) this.#known = withoutChoicesOf(this.#known, runbook, name);
    this.#origins = { ...this.#origins, ...originOfAll(given, from) };
  }

  /** Reads the choices that a source provides. False: the card was closed meanwhile. */
  async #readSourceChoices(runbook: Runbook, given: ParamInputs): Promise<boolean> {
    const signal = this.#parts.signal();
    this.#known = await readMissingChoices(
      runbook,
      given,
      this.#known,
      this.#reads,
      signal,
      ({ name, title = name }) => this.#parts.show({ parameterPrompt: { name, title, loading: true } }),
    );
    return !signal.aborted;
  }

  /** Shows a question with the value in effect, which may have to be read first. */
  #ask(runbook: Runbook, asking: ParamPrompt, values: ParamValues, change: Partial<RunView> = {}): void {
    const spec = runbook.params.find(({ name }) => name === asking.name);
    const found = spec === undefined ? undefined : presentValueOf(spec, runbook, values, this.#reads);
    const prompt = found === undefined ? asking : withPresent(asking, runbook, found.present);
    this.#parts.show({ ...change, stage: 'params', parameterPrompt: prompt });
    if (spec?.from !== undefined && prompt.choices === undefined) this.#askWhenRead(runbook, prompt);
    const signal = this.#parts.signal();
    void found?.read?.(signal).then((present) => {
      const shown = this.#parts.cockpit.getState().run?.parameterPrompt;
      // Another question may have been asked meanwhile.
      if (!signal.aborted && shown === prompt)
        this.#parts.show({ parameterPrompt: withPresent(prompt, runbook, present) });
    });
  }

  /** Asks again as soon as the facts that the choices are from have been read, while the question is on screen. */
  #askWhenRead(runbook: Runbook, prompt: ParamPrompt): void {
    const { cockpit, engine } = this.#parts;
    const signal = this.#parts.signal();
    const stop = engine.facts.subscribe(() => {
      const { name, problem, loading } = cockpit.getState().run?.parameterPrompt ?? {};
      if (name !== prompt.name || problem !== prompt.problem || loading === true) return stop();
      const next = nextParamPrompt(runbook, this.#inputs, engine.snapshot(), this.#known);
      if (next.is === 'asking' && next.asking.choices === undefined) return;
      stop();
      if (!signal.aborted) void this.askOrPlan(runbook);
    });
    signal.addEventListener('abort', stop, { once: true });
  }

  /** Takes a new value for a parameter of the planned run. An invalid one is asked for again, and the plan stays. */
  async #takeChange(run: RunView, proposal: Proposal, changed: ParamInputs): Promise<void> {
    const [name = ''] = Object.keys(changed);
    this.#known = withoutChoicesOf(this.#known, run.runbook, name);
    const next = nextParamPrompt(
      run.runbook,
      { ...this.#inputs, ...changed },
      this.#parts.engine.snapshot(),
      this.#known,
    );
    if (next.is === 'asking' && next.asking.name === name)
      return this.#parts.show({ parameterPrompt: { ...next.asking, value: changed[name] ?? '' } });
    this.#inputs = { ...this.#inputs, ...changed };
    this.#origins = { ...this.#origins, ...originOfAll(changed, 'you') };
    const { parameterPrompt: _, proposal: __, ...rest } = run;
    this.#parts.cockpit.setState({ run: rest });
    if (await this.#parts.voidPlan(proposal, `planned again, with a new value of ${name}`))
      await this.askOrPlan(run.runbook);
  }
}

/** Creates the entry of parameters. It only reads. */
export const createParamEntry = (parts: EntryParts): ParamEntry => new ParameterEntry(parts);
