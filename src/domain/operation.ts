type PlanEnding = 'not-applicable' | 'failed' | 'forbidden';

/**
 * There is no plan to be made: the target is not there (not-applicable), could not be read (failed: `cause` is why), or
 * the system says that we may not (forbidden).
 */
export class PlanError extends Error {
  readonly ending: PlanEnding;
  constructor(ending: PlanEnding, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlanError';
    this.ending = ending;
  }
}

/**
 * What takes apart a param of an operation, and so how a runbook's value may stand in it. `address`: percent-encoded as one
 * part of it · `pattern`: escaped, so that it matches itself · `statement` (SQL) and `document` (JSON written as a text): not
 * in the text at all, since it could end the literal that it stands in; there is a place for values beside it · `argv`: as
 * an item of its own, and never in the text that a shell or another interpreter among the items is given · `fixed`: not at
 * all; the text is run, and has no place for values beside it.
 */
export type BindingRule = 'address' | 'pattern' | 'statement' | 'document' | 'argv' | 'fixed';

/** The rules of an operation, by the path of the param: `sql`, `undo.sql`. */
export type BindingRules = Readonly<Record<string, BindingRule>>;

/**
 * What an act may do to people: `read` changes nothing · `safe` is repeatable and unnoticed · `disruptive` may be
 * noticed and can be taken back · `destructive` cannot be taken back.
 */
export type Danger = 'read' | 'safe' | 'disruptive' | 'destructive';

/** One object that an act hits. `name` is what an operator types; `uid` is what is compared before acting. */
export interface Target {
  readonly name: string;
  /** Pins the object: endpoint, instance, UID … whatever tells it from another of the same name. */
  readonly uid: string;
  /** The value it had when planned, in words: 'OPEN', '3 replicas'. */
  readonly saw: string;
  /** Where it is, in words: 'bus-0 at http://10.0.0.7:8081/actuator'. */
  readonly where: string;
}

/** One call as it will be made: shown in the preview, written to the ledger, carried out. Secrets are not in it. */
export interface PlannedCall {
  /** 'POST http://…/circuitbreakers/broker', 'SELECT pg_terminate_backend($1)', or an argv. */
  readonly line: string;
  readonly body?: string;
  /** The command that a person would type for it, quoted for a shell: 'kubectl exec -n shop pg-0 -- pg_dump'. Absent: the call itself. */
  readonly command?: string;
  /** Index into the plan's targets. */
  readonly target: number;
}

/** The command of a call where it has one, else the call as it is made. */
export const callText = ({ line, body, command }: PlannedCall): string =>
  command ?? (body === undefined ? line : `${line} ${body}`);

/**
 * How much an act reaches, as far as its operation can tell from what it read. Absent numbers are unknown, never 0.
 */
export interface OperationImpact {
  /** Of what there is a share: 3 of 3 replicas, 2 of 20 connections. */
  readonly share?: { readonly part: number; readonly whole: number; readonly of: string };
  /** Connections that are open to it now, or that it ends. */
  readonly connections?: number;
  /** Requests a second on it now. */
  readonly requestsPerSecond?: number;
}

/** Whether we may do what a plan says, asked of the system itself before anybody is asked. */
export interface PermissionResult {
  /** 'unknown': it could not be asked, or it has no way to be asked. */
  readonly allowed: boolean | 'unknown';
  /** Who says so, and which right is there or lacks: 'RBAC: no patch on deployments in shop'. */
  readonly why: string;
  /** What the reader can do about a right that lacks. */
  readonly remedy?: string;
}

/** What a reading operation found, as data: for proofs (`expect`). */
export interface OperationResult {
  /** HTTP status, or a program's exit status. */
  readonly status?: number;
  /** A JSON document. */
  readonly json?: unknown;
  /** How many rows there were, where not all of them are given. */
  readonly rowCount?: number;
  /** Rows of a statement, by column. */
  readonly rows?: readonly Readonly<Record<string, string | number | boolean | null>>[];
  readonly text?: string;
}

/** What an operation means to do, worked out from fresh reads; making it changes nothing. */
export interface Plan {
  /** `source.operation` */
  readonly use: string;
  readonly danger: Danger;
  readonly targets: readonly Target[];
  readonly calls: readonly PlannedCall[];
  /** Objects it touches, in words, for the preview. */
  readonly objects: readonly string[];
  /** What cannot be brought back, in words. */
  readonly lost?: string;
  /** The parameters as bound (no secrets). */
  readonly params: Readonly<Record<string, unknown>>;
  /** How much it reaches; absent: nothing is known of that. */
  readonly reach?: OperationImpact;
  /** What stood there before, as the operation's own data: the material of undo. */
  readonly earlier?: unknown;
}

/** Why a plan no longer fits what is there. */
export interface TargetDrift {
  readonly target: string;
  readonly planned: string;
  readonly found: string;
}

/** What happens while an operation acts. */
export type ActEvent =
  | { readonly is: 'call'; readonly line: string }
  | { readonly is: 'output'; readonly text: string }
  /** What a reading operation found, as data, for a proof to be judged by. */
  | { readonly is: 'found'; readonly found: OperationResult }
  /** Something that only the answer could name (the id of what was made); the step's undo refers to it by its key. */
  | { readonly is: 'made'; readonly key: string; readonly value: string }
  | { readonly is: 'answered'; readonly line: string; readonly status: string; readonly ok: boolean };

/** The source and the operation (or feed) of `use: SOURCE.NAME`; ids of sources have no dot. */
export const splitUse = (use: string): { readonly source: string; readonly name: string } => {
  const dot = use.indexOf('.');
  return { source: use.slice(0, Math.max(0, dot)), name: use.slice(dot + 1) };
};

/** An operation to run: what `undo` returns and what a runbook's act step says. */
export interface OperationCall {
  readonly use: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly title: string;
  /**
   * Of what undoes an operation, how much its targets' `saw` tells. 'value': what is there, and nothing else, so that it has
   * been put back when it shows again what it showed before. 'gone': its targets were made by the run, and are put back when
   * they no longer exist. 'nothing': it moves by itself. Absent: that it was written since.
   */
  readonly pins?: 'value' | 'gone' | 'nothing';
}

/** What takes an operation back; `and`: what else it takes, where its targets stood in different ways. */
export interface UndoCall extends OperationCall {
  readonly and?: readonly OperationCall[];
}

/** What a target showed at one moment. */
export type TargetPin = Pick<Target, 'name' | 'uid' | 'saw'>;

/** What undoes a step of an ended run. */
export interface StepUndo extends OperationCall {
  /** What its targets showed when the run was over: where they show something else, somebody has been there since. */
  readonly left?: readonly TargetPin[];
}
