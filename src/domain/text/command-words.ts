/** Characters that make an argument more than one word for a shell. */
const compound = /[\s;&|()<>'"`\\]/;

/** Blanks, operators and expansions of a shell, and the equals sign of an assignment or an option. */
const separators = /[\s;&|()<>`{}=,$]+/;

/** `cd` with more directories than this is not followed. */
const mostDirs = 4;

const wordsIn = (text: string): readonly string[] => text.split(separators).filter((word) => word !== '');

/**
 * Returns the words of an argument that an interpreter may read as a command line: `sh -c 'cd lib && ./run.sh x'`. Empty
 * for a plain word. It does not evaluate the text: quotes are tried as separators and as absent, a word with a slash or a
 * dot also below each directory of a `cd`; variables and patterns are unknown. Takes time linear in the length.
 */
export const commandWords = (argument: string): readonly string[] => {
  if (!compound.test(argument)) return [];
  const quote = /['"\\]/g;
  const found = [
    ...wordsIn(argument.replace(quote, ' ')),
    ...(quote.test(argument) ? wordsIn(argument.replace(quote, '')) : []),
  ];
  const words = [...new Set(found)];
  const dirs = new Set(found.filter((_, index) => found[index - 1] === 'cd'));
  const below = [...dirs]
    .slice(0, mostDirs)
    .flatMap((dir) => words.flatMap((word) => (/^[^/-].*[./]|^\./.test(word) ? [`${dir}/${word}`] : [])));
  return [...words, ...below];
};
