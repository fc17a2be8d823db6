/** The user gave what cannot be used: the message is one sentence that says what, where and what to try. Exit code 2. */
export class BadInput extends Error {}
