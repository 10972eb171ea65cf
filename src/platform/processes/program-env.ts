type Env = Readonly<Record<string, string | undefined>>;

const passedOn = (name: string): boolean =>
  ['PATH', 'HOME', 'LANG', 'TZ'].includes(name) || name.startsWith('LC_');

/** Marks every process that descends from one run, also those that leave its process group. */
export const runMark = 'OPSDECK_RUN';

/** The environment of a program: PATH, HOME, LANG, LC_*, TZ of ours, what the profile gives, and the mark of the run. */
export const programEnv = (
  given: Readonly<Record<string, string>>,
  run: string,
  ours: Env = process.env,
): Record<string, string> => {
  const kept = Object.entries(ours).flatMap(([name, value]) =>
    value !== undefined && passedOn(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), ...given, [runMark]: run };
};
