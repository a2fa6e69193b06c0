package rolepage

import "gitlab.com/roleplan/roleplan/internal/hiring"

func readProcesses(*hiring.Page) []*hiring.Process { return nil }
