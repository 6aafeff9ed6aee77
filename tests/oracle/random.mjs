// The same small generator as tests/property/random.h (splitmix64).
export class Random {
  constructor(seed) {
    this.state = BigInt.asUintN(64, BigInt(seed));
  }
  next() {
    this.state = BigInt.asUintN(64, this.state + 0x9e3779b97f4a7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    return z ^ (z >> 31n);
  }
  below(bound) { return Number(this.next() % BigInt(bound)); }
  oneIn(times) { return this.below(times) === 0; }
  pick(items) { return items[this.below(items.length)]; }
  some(items, times = 2) { return items.filter(() => this.oneIn(times)); }
}

// $SLUICE_SEED, or another one each time.
export const seedOfThisRun = () => Number(process.env.SLUICE_SEED ?? Date.now() % 1_000_000_007);
