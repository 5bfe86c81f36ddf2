/** One claim about the load engine, the instruments or the service, and how it is put to the test. */
export interface Validation {
  readonly name: string;
  readonly claim: string;
  readonly seconds: number;
  /** How often everything is measured unless something else is asked for; absent where nothing else can be. */
  readonly rounds?: number;
  readonly run: (say: (text: string) => void, rounds?: number) => Promise<ValidationResult>;
}

export interface ValidationResult {
  /** In Markdown. */
  readonly table: string;
  /** What was held against a limit, and whether it kept it; empty where there is nothing to be held to. */
  readonly judgements: readonly Judgement[];
}

export interface Judgement {
  readonly text: string;
  readonly holds: boolean;
}
