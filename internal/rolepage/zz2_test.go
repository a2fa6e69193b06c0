package rolepage
import ("testing";"os";"encoding/json";"strings";"path/filepath";"io/fs";"gitlab.com/roleplan/roleplan/internal/hiring")
func bb(b *hiring.Bounds)[]int{if b==nil{return nil};return []int{b.Min,b.Max}}
func TestZSteps(t *testing.T){
 out,_:=os.Create("/tmp/p.jsonl");defer out.Close();enc:=json.NewEncoder(out)
 for _,root:=range []string{"/work/shared/corpus/pages","/work/shared/corpus"}{
 filepath.WalkDir(root,func(path string,d fs.DirEntry,err error)error{
  if d.IsDir()&&(d.Name()=="changes"||d.Name()=="gold"||d.Name()=="rules"||d.Name()=="pages"&&root!=path){return fs.SkipDir}
  if !(strings.HasSuffix(path,".md")||strings.HasSuffix(path,".erb"))||strings.HasSuffix(path,"README.md"){return nil}
  rel,_:=filepath.Rel(root,path)
  src,_:=os.ReadFile(path); p:=Parse(path,src)
  procs:=[]any{}
  for _,q:=range p.Process{ st:=[]any{}
   for _,s:=range q.Steps{st=append(st,map[string]any{"line":p.Line(s.Span.Start),"kind":s.Kind,"optional":s.Optional,"duration":bb(s.Duration),"count":bb(s.Count),"with":s.With,"text":s.Text.Text})}
   procs=append(procs,map[string]any{"scope":q.Scope,"line":p.Line(q.Section.Line.Start),"steps":st})}
  enc.Encode(map[string]any{"page":rel,"processes":procs}); return nil})
 }
}
