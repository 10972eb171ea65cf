import { defined } from '../../src/domain/base/defined.ts';
import type { ParamSpec } from '../../src/domain/runbooks/runbook.ts';
import { endingSentence } from '../../src/domain/runs/ending-sentence.ts';
import { outcomeWord } from '../../src/domain/runs/run-outcome.ts';
import type { CockpitState, RunView } from '../../src/store/cockpit.ts';
import type { Commands } from '../../src/store/commands.ts';
import { overridableChecks } from '../../src/ui/features/cards/gate-lines.ts';

/** A run as the default operator has answered it: how it came out, and the keys that this takes on the screen. */
export interface AnsweredRun {
  readonly runbook: string;
  readonly outcome: string;
  readonly keys: number;
  /** The ending as it is read out. Absent: the run did nothing. */
  readonly sentence?: string;
}

/** What the operator needs of a cockpit. */
export interface OperatedCockpit {
  readonly state: () => CockpitState;
  readonly commands: Pick<Commands, 'propose' | 'give' | 'arm' | 'confirm' | 'override' | 'tick' | 'decline'>;
  wait(ms: number): Promise<void>;
}

/** The reason to arm. */
const armedFor = 'INC-7';
/** `A`, `tab` for the suggested reason, and `enter`. */
const armingKeys = 3;

/**
 * Answers that a person reads from the diagnosis or knows, by the name of the parameter: the fields of a slow query, the version
 * before the present one.
 */
const readAnswers: Readonly<
  Record<string, { readonly value: string | readonly string[]; readonly keys: number }>
> = {
  fields: { value: ['status', 'timestamp'], keys: 4 },
  version: { value: '0.1.0', keys: 6 },
};

const reason = 'incident drill, by the default answers';

type Prompt = NonNullable<RunView['parameterPrompt']>;

/** One more than the present number, within the limits of the parameter. */
const numberAnswer = (
  present: Prompt['present'],
  { min = 1, max }: Pick<ParamSpec, 'min' | 'max'>,
): string => {
  const now = present?.is === 'known' ? Number(present.text) : Number.NaN;
  const wanted = Number.isFinite(now) ? now + 1 : min;
  return String(Math.min(max ?? wanted, wanted));
};

/** The answer that takes the fewest keys, as the card offers it; undefined: there is none. */
const answerTo = (
  prompt: Prompt,
  spec: ParamSpec | undefined,
  given: string | undefined,
): { readonly value: string | readonly string[]; readonly keys: number } | undefined => {
  const { choices, several, present, recommended, isUndecided } = prompt;
  const read = readAnswers[prompt.name];
  if (read !== undefined && recommended === undefined) return read;
  if (several !== undefined && choices !== undefined) {
    const value = choices.slice(0, several.max);
    return value.length < several.min ? undefined : { value, keys: 2 };
  }
  if (choices !== undefined) {
    const [value] = choices;
    return value === undefined ? undefined : { value, keys: isUndecided === true ? 2 : 1 };
  }
  if (recommended !== undefined && recommended !== given) return { value: recommended, keys: 1 };
  if (spec?.type === 'int') {
    const value = numberAnswer(present, spec);
    return { value, keys: value.length + 1 };
  }
  return { value: reason, keys: reason.length + 1 };
};

const stepMs = 1000;

/** A run that takes longer than this is a dead end, as far as its operator can tell. */
const patienceMs = 15 * 60_000;

/** Carries out a runbook with the default answers, until it ends or is refused. `given`: what an earlier run of it was given. */
export const answerRun = async (
  cockpit: OperatedCockpit,
  runbook: string,
  given: Readonly<Record<string, string>> = {},
): Promise<AnsweredRun> => {
  const { state, commands, wait } = cockpit;
  let keys = 0;
  const answered = new Set<string>();
  /** Answers the question of a run; returns the reason why there is no answer. */
  const give = ({ parameterPrompt: prompt, runbook: { params } }: RunView): string | undefined => {
    const spec = params.find(({ name }) => name === prompt?.name);
    const answer = prompt === undefined ? undefined : answerTo(prompt, spec, given[prompt.name]);
    // A text that was not accepted is not typed again.
    if (
      prompt === undefined ||
      answer === undefined ||
      (prompt.choices === undefined && answered.has(prompt.name))
    )
      return `no answer for ${prompt?.title}: ${prompt?.problem ?? 'no choices'}`;
    keys += answer.keys;
    answered.add(prompt.name);
    commands.give(prompt.name, answer.value);
    return undefined;
  };
  /** Arms if the run needs it, gives a reason where that overrides a check, and confirms it; returns the refusal. */
  const confirm = async (proposal: NonNullable<RunView['proposal']>): Promise<string | undefined> => {
    const { refusal, gate, names, tokens, typeNames } = proposal;
    if (refusal !== undefined && overridableChecks(proposal).length > 0) {
      keys += reason.length + 2;
      commands.override(reason);
      return undefined;
    }
    if (refusal !== undefined) return `refused: ${refusal.why}`;
    if (gate.arm && state().arming.armedUntil === undefined) {
      keys += armingKeys;
      commands.arm(armedFor);
      await wait(stepMs);
    }
    const typed = typeNames ?? tokens ?? names;
    keys += gate.typed ? typed.join(' ').length + 1 : 1;
    commands.confirm({ ...(gate.typed ? { typed: typed.join('\n') } : {}), pasted: false });
    return undefined;
  };
  /** Does what the run waits for; returns its outcome when it has one. */
  const answer = async (run: RunView | undefined): Promise<string | undefined> => {
    if (run === undefined) return 'not started';
    if (run.stage === 'params') return run.parameterPrompt?.loading === true ? undefined : give(run);
    if (run.stage === 'proposed' && run.proposal !== undefined) return confirm(run.proposal);
    if (run.awaitingStep !== undefined) {
      keys += 1;
      commands.tick(true);
    } else if (run.stage === 'ended') {
      const ended = run.events.findLast((event) => event.event === 'ended');
      return ended?.event === 'ended' ? outcomeWord(ended, ended.incident) : 'ended';
    }
    return undefined;
  };
  commands.propose(runbook, {});
  for (let waited = 0; waited < patienceMs; waited += stepMs) {
    await wait(stepMs);
    const outcome = await answer(state().run);
    if (outcome !== undefined)
      return { runbook, outcome, keys, ...defined({ sentence: endingSentence(state().run?.events ?? []) }) };
  }
  return { runbook, outcome: 'does not end', keys };
};
