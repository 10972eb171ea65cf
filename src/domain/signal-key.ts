/** The labels as `name=value`, by name: the same whatever the order in which they were read. */
export const labelParts = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${labels[name] ?? ''}`);

/** Tells the series of a signal apart: its id, with the labels behind it when there are any. */
export const signalKey = (signal: string, labels: Readonly<Record<string, string>>): string => {
  const parts = labelParts(labels);
  return parts.length === 0 ? signal : `${signal}{${parts.join(',')}}`;
};
