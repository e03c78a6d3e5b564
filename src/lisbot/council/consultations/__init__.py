"""Consultations: what an authority or the secretariat asks several bodies, what each organisation states, the reply."""
