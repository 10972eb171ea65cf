const deepest = 6;
const mostFields = 256;

const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // Nested deeper than the stack is; nobody reads that.
    return '…';
  }
};

/** Values of an object as text, nested ones under 'a.b'; lists, and what lies deeper than six, as JSON. Up to 256. */
export const flat = (value: object): readonly (readonly [string, string])[] => {
  const fields: (readonly [string, string])[] = [];
  const take = (prefix: string, from: object, depth: number): void => {
    for (const [key, one] of Object.entries(from)) {
      if (fields.length >= mostFields) return;
      const isNested = typeof one === 'object' && one !== null && !Array.isArray(one) && depth < deepest;
      if (isNested && Object.keys(one).length > 0) take(`${prefix}${key}.`, one, depth + 1);
      else fields.push([prefix + key, textOf(one)]);
    }
  };
  take('', value, 1);
  return fields;
};
