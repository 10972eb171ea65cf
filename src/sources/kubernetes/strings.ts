/** More than this, and what was kept of pods that are long gone is let go. */
const most = 50_000;

/** Gives one copy of what thousands of objects have in common: namespaces, nodes, owners, labels. */
export interface Strings {
  text(value: string): string;
  labels(value: Labels): Labels;
}
export type Labels = Readonly<Record<string, string>>;

export const createStrings = (): Strings => {
  let texts = new Map<string, string>();
  let labelled = new Map<string, Labels>();
  return {
    text: (value) => {
      const known = texts.get(value);
      if (known !== undefined) return known;
      if (texts.size >= most) texts = new Map();
      texts.set(value, value);
      return value;
    },
    labels: (value) => {
      const key = JSON.stringify(value);
      const known = labelled.get(key);
      if (known !== undefined) return known;
      if (labelled.size >= most) labelled = new Map();
      labelled.set(key, value);
      return value;
    },
  };
};
