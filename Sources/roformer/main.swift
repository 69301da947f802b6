import Kernels
import Platform
import Foundation
func bench(_ m: Int, _ n: Int, _ k: Int, ta: Bool, tb: Bool, threads: Int) {
  ThreadPool.shared.setThreadCount(threads)
  let a = UnsafeMutablePointer<Float>.allocate(capacity: m*k); a.update(repeating: 0.5, count: m*k)
  let b = UnsafeMutablePointer<Float>.allocate(capacity: n*k); b.update(repeating: 0.25, count: n*k)
  let c = UnsafeMutablePointer<Float>.allocate(capacity: m*n); c.update(repeating: 0, count: m*n)
  let A = ta ? Matrix(a, rows: k, columns: m).transposed : Matrix(a, rows: m, columns: k)
  let B = tb ? Matrix(b, rows: n, columns: k).transposed : Matrix(b, rows: k, columns: n)
  var best = 1e9
  for _ in 0..<8 { let d = ContinuousClock().measure { for _ in 0..<5 { gemm(A, B, into: c) } } / .seconds(1) / 5; best = min(best, d) }
  let g = 2*Double(m*n*k)/best/1e9
  let p = peakMultiplyAddRate(threads: threads)/1e9
  print(m,n,k,ta,tb,threads, Int(g), Int(p), g/p, c[0] == 0.125 * Float(k), c[m*n-1] == 0.125 * Float(k))
}
for t in [1,2] { for (ta,tb) in [(false,false),(false,true),(true,false),(true,true)] { bench(1024,1024,1024,ta:ta,tb:tb,threads:t) }
bench(4096,128,128,ta:false,tb:true,threads:t)
bench(4096,512,128,ta:false,tb:true,threads:t)
bench(4096,128,512,ta:false,tb:true,threads:t)
bench(128,128,4096,ta:true,tb:false,threads:t)
bench(512,128,4096,ta:true,tb:false,threads:t)
bench(4096,256,256,ta:false,tb:true,threads:t)
bench(614,8192,128,ta:false,tb:true,threads:t)
}
