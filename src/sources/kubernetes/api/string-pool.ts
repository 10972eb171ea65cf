/** The pool is cleared above this size, which drops the strings of deleted pods. */
const maxPooled = 50_000;

/** Deduplicates strings that thousands of objects share: namespaces, nodes, owners, labels. */
export interface StringPool {
  text(value: string): string;
  labels(value: ObjectLabels): ObjectLabels;
}
export type ObjectLabels = Readonly<Record<string, string>>;

export const createStringPool = (): StringPool => {
  let texts = new Map<string, string>();
  let labelled = new Map<string, ObjectLabels>();
  return {
    text: (value) => {
      const known = texts.get(value);
      if (known !== undefined) return known;
      if (texts.size >= maxPooled) texts = new Map();
      texts.set(value, value);
      return value;
    },
    labels: (value) => {
      const key = JSON.stringify(value);
      const known = labelled.get(key);
      if (known !== undefined) return known;
      if (labelled.size >= maxPooled) labelled = new Map();
      labelled.set(key, value);
      return value;
    },
  };
};
