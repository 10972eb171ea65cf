import { openSandbox, type Sandbox } from '../e2e/support/sandbox.ts';

/** A fault as `check --json` prints it. */
interface CheckedFault {
  readonly source: string;
  readonly kind: string;
  readonly message: string;
  readonly remedy?: string;
}

type Row = Readonly<Record<string, unknown>>;

/** Output of `check --json`; unknown numbers are null. */
export interface Checked {
  readonly code: number | null;
  readonly level: string;
  readonly signals: readonly Row[];
  readonly health: readonly Row[];
  readonly workloads: readonly Row[];
  readonly lag: readonly Row[];
  readonly pools: readonly Row[];
  readonly sessions: readonly Row[];
  readonly faults: readonly CheckedFault[];
}

/** Findings of `doctor --json` for the only source. */
export interface Examined {
  readonly code: number | null;
  readonly level: string;
  readonly findings: readonly { readonly ok: boolean; readonly what: string; readonly remedy?: string }[];
}

/** The built program with a profile with one source. */
export interface Checking extends AsyncDisposable {
  readonly sandbox: Sandbox;
  check(profile: string, env?: Readonly<Record<string, string>>): Promise<Checked>;
  doctor(profile: string, env?: Readonly<Record<string, string>>): Promise<Examined>;
  /** The errors of `validate`. */
  validate(profile: string, env?: Readonly<Record<string, string>>): Promise<string>;
}

/** Opens the built program in a directory of its own. */
export const openChecking = async (): Promise<Checking> => {
  const sandbox = await openSandbox();
  const put = (profile: string): Promise<void> =>
    sandbox.put('profiles/real.yaml', `opsdeck: 1\nsystem: shop\nenv: real\ntier: staging\n${profile}`);
  const output = async (
    command: string,
    profile: string,
    env: Readonly<Record<string, string>> | undefined,
  ): Promise<{ readonly code: number | null; readonly json: Row }> => {
    await put(profile);
    const { code, stdout, stderr } = await sandbox.run([command, '--env', 'real', '--json'], env);
    if (!/^opsdeck: profile \S+\n$/.test(stderr)) throw new Error(`${command} printed: ${stderr}`);
    return { code, json: JSON.parse(stdout) };
  };
  return {
    sandbox,
    check: async (profile, env) => {
      const { code, json } = await output('check', profile, env);
      return { ...(json as unknown as Checked), code };
    },
    doctor: async (profile, env) => {
      const { code, json } = await output('doctor', profile, env);
      const { sources } = json as { readonly sources: readonly Examined[] };
      const [only] = sources;
      if (only === undefined) throw new Error('doctor reported no source');
      return { ...only, code };
    },
    validate: async (profile, env) => {
      await put(profile);
      return (await sandbox.run(['validate', 'profiles/real.yaml'], env)).stdout;
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
};
