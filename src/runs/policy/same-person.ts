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
export const isSamePerson = (one: string, other: string): boolean => folded(one) === folded(other);

/** Why an account names no person; undefined when it may. Whoever may become root, or has an id without a name, shares it. */
export const sharedAccountProblem = (name: string): string | undefined => {
  const account = folded(name);
  if (account === '') return 'the account has no name: another person must approve it';
  return account === 'root' || /^(?:uid )?\d+$/.test(account)
    ? `${name} is a shared account and names no person: use your own account, or map it in guard.approval.users`
    : undefined;
};
