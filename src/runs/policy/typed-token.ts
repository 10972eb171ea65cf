/** Names of up to this many letters are typed whole. */
const longestTyped = 20;

/** Fewer letters would be typed without reading the name. */
const shortestToken = 4;

/**
 * Returns what to type to confirm a name: the whole name or, for a long one, its last segments, as many as it takes to
 * tell it from the other names. `others`: the names of the run and of everything else that is known.
 */
export const typedToken = (name: string, others: readonly string[]): string => {
  if ([...name].length <= longestTyped) return name;
  const rivals = others.filter((other) => other !== name);
  const starts = [...name.matchAll(/(?<=[^\p{L}\p{N}])[\p{L}\p{N}]/gu)].map(({ index }) => index);
  const tokens = starts.reverse().map((start) => name.slice(start));
  return (
    tokens.find(
      (token) => [...token].length >= shortestToken && !rivals.some((rival) => rival.endsWith(token)),
    ) ?? name
  );
};

/** The part of a proposal that says what is confirmed and typed. */
interface TypedNames {
  readonly names: readonly string[];
  readonly confirmNames?: readonly string[];
  readonly typeNames?: readonly string[];
  readonly tokens?: readonly string[];
}

/** The names to confirm: a step that only reads has none. */
export const namesToConfirm = ({ names, confirmNames }: TypedNames): readonly string[] =>
  confirmNames ?? names;

/** The names to type where a name must be typed: those of the steps that ask for it. Typing them confirms the others, too. */
export const namesToType = (proposal: TypedNames): readonly string[] =>
  proposal.typeNames ?? namesToConfirm(proposal);

/** The text to type for each name, in their order. */
export const typedTokens = (proposal: TypedNames): readonly string[] =>
  namesToType(proposal).map((name) => proposal.tokens?.[proposal.names.indexOf(name)] ?? name);

/** The names that were typed. A word that is neither a name nor the token of one stays as it is, and is refused. */
export const namesTyped = ({ names, tokens = [] }: TypedNames, words: readonly string[]): readonly string[] =>
  words.map((word) => (names.includes(word) ? word : (names[tokens.indexOf(word)] ?? word)));
