type Step = string | number;

/** 'components.db[0].active' and '["a.b"].c' → the steps into a JSON value; undefined when it is no path. */
export const parseJsonPath = (path: string): readonly Step[] | undefined => {
  const step = /(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\.?\["([^"]*)"\]/gy;
  const steps: Step[] = [];
  while (step.lastIndex < path.length) {
    const found = step.exec(path);
    if (found === null) return undefined;
    const [, name, index, quoted] = found;
    steps.push(index === undefined ? (name ?? quoted ?? '') : Number(index));
  }
  return steps.length === 0 ? undefined : steps;
};

/** What stands at a path of a JSON value; undefined when nothing does (a null stays null). */
export const valueAt = (json: unknown, path: string): unknown =>
  (parseJsonPath(path) ?? []).reduce<unknown>(into, parseJsonPath(path) === undefined ? undefined : json);

const into = (held: unknown, step: Step): unknown => {
  if (typeof held !== 'object' || held === null) return undefined;
  if (Array.isArray(held)) return typeof step === 'number' ? held[step] : undefined;
  return Object.hasOwn(held, step)
    ? Object.entries(held).find(([key]) => key === String(step))?.[1]
    : undefined;
};
