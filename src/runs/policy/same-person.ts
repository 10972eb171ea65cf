/** Characters without a shape of their own: names with and without them look the same. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu;

/** The domain of an account in a directory service: CORP\ana, ana@corp.example. */
const domain = /^.*\\|@.*$/gsu;

/** An account without what does not tell persons apart: case, Unicode form, invisible characters, domain. */
const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(invisible, '')
    // Upper case first: the final sigma and the long s have two lower forms.
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(domain, '')
    .trim();

/** True if two account names may belong to one person: whether they do must not depend on how a name is written. */
export const isSamePerson = (name: string, other: string): boolean => folded(name) === folded(other);

/**
 * The ASCII characters that read the same in some font, each with the one that stands for it: the rows of confusables.txt
 * (Unicode Technical Standard 39) between ASCII characters, after case folding.
 */
const confusable: readonly (readonly [RegExp, string])[] = [
  [/[i1|]/g, 'l'],
  [/0/g, 'o'],
  [/m/g, 'rn'],
  [/`/g, "'"],
  [/"/g, "''"],
  [/ /g, ''],
];

/** An account as it reads: its skeleton in the sense of UTS 39, which suffices for accounts in ASCII. */
const skeleton = (name: string): string =>
  confusable.reduce((text, [from, to]) => text.replace(from, to), folded(name));

/** True if two accounts in ASCII read the same: ana1 and anal. One person may have created both. */
export const readsLike = (name: string, other: string): boolean => skeleton(name) === skeleton(other);

/**
 * Why an account that no database user is mapped to identifies no person; undefined when it does. Whoever may become root, or
 * has an id without a name, shares it. Other scripts have thousands of letters that look like ASCII ones, and each version of
 * Unicode adds some, so only ASCII is judged by its look (UTS 39, restriction level ASCII-Only).
 */
export const unmappedAccountProblem = (name: string): string | undefined => {
  const account = folded(name);
  if (account === '') return 'your account has no name, so another person must approve the run';
  if (account === 'root' || /^(?:uid )?\d+$/.test(account))
    return `${name} is a shared account and does not identify a person. Use your own account, or map this account in guard.approval.users`;
  const [strange] = /[^ -~]/u.exec(account) ?? [];
  if (strange === undefined) return undefined;
  const code = (strange.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${name} contains U+${code}, and may read like the account of another person: map the account in guard.approval.users`;
};
